# Groups of nets that are declared to perform a function, and the order of their contact points and pads.

module Postpass

  FUNCTIONS = %w[fan-out relocation addition reduction] unless defined?(FUNCTIONS)

  # function: the declared one, or nil; area: the polygon that declares it; members: nets of the contact points inside
  Group = Struct.new(:function, :area, :members, :problem) do
    def one_to_one
      @one_to_one ||= members.select { |net| net.function == "one to one" }
    end

    # Members with one contact point and one pad, by contact point: along the main axis of a row, else by angle around the middle.
    def by_contact
      @by_contact ||= in_order(one_to_one.map(&:contact_at))
    end

    # the same nets in the order of their pads
    def by_pad
      @by_pad ||= in_order(one_to_one.map(&:pad_at))
    end

    # A row is a group of contact points at most a tenth as wide as it is long.
    def row?
      return @row unless @row.nil?
      points = one_to_one.map(&:contact_at)
      return @row = true if points.size < 2
      dx, dy = axis
      along, across = points.map { |x, y| x * dx + y * dy }.minmax, points.map { |x, y| x * -dy + y * dx }.minmax
      @row = across[1] - across[0] <= 0.1 * (along[1] - along[0])
    end

    # pairs of nets whose contact points are next to each other; a cyclic group closes
    def neighbours
      return [] if one_to_one.size < 2
      pairs = by_contact.each_cons(2).to_a
      row? || one_to_one.size < 3 ? pairs : pairs << [by_contact[-1], by_contact[0]]
    end

    # how many places each pad lies behind its contact point: all the same in a fan-out (0 in a row)
    def steps
      place = by_pad.each_with_index.to_h { |net, number| [net.index, number] }
      by_contact.each_with_index.map { |net, number| row? ? place[net.index] - number : (place[net.index] - number) % one_to_one.size }
    end

    def record
      { "function" => function, "order" => row? ? "row" : "cyclic", "contact_points" => by_contact.map(&:title), "pads" => by_pad.map(&:title),
        "same_order" => steps.uniq.size <= 1 }
    end

    private

    def in_order(points)
      return one_to_one if points.size < 2
      dx, dy = axis
      x, y = row? ? [0, 0] : mean(points)
      along = points.map { |px, py| row? ? px * dx + py * dy : Math.atan2(py - y, px - x) }
      one_to_one.each_index.sort_by { |i| [along[i], one_to_one[i].index] }.map { |i| one_to_one[i] }
    end

    # unit vector of the direction in which the contact points spread most
    def axis
      points = one_to_one.map(&:contact_at)
      x, y = mean(points)
      xx, yy, xy = points.sum { |p| (p[0] - x)**2 }, points.sum { |p| (p[1] - y)**2 }, points.sum { |p| (p[0] - x) * (p[1] - y) }
      angle = 0.5 * Math.atan2(2 * xy, xx - yy)
      [Math.cos(angle), Math.sin(angle)]
    end

    def mean(points)
      [points.sum { |p| p[0] } / points.size.to_f, points.sum { |p| p[1] } / points.size.to_f]
    end
  end unless defined?(Group)

  # Reads the groups that are declared on the marker layers of a technology.
  class Groups

    def initialize(layers, nets)
      @layers, @nets, @on = layers, nets, {}
    end

    # of every marker layer
    def all
      @layers.technology.drawn.select { |layer| layer["kind"] == "marker" }.flat_map { |layer| on(layer["name"]) }
    end

    def on(layer)
      @on[layer] ||= begin
        texts, areas = @layers.texts_on(layer), @nets.figures(layer)
        (0...areas.size).map do |number|
          area = areas.polygon(number)
          inside = texts.select { |_, point| Shapes.holds?(area, point) }.map(&:first).uniq.sort
          known = inside.size == 1 && FUNCTIONS.include?(inside[0])
          Group.new(known ? inside[0] : nil, area, known ? nets_with_contacts_in(area) : [], known ? nil : undeclared(inside))
        end
      end
    end

    # one record for each group whose order matters, for the summary
    def table
      all.select { |group| %w[fan-out relocation].include?(group.function) }.map(&:record)
    end

    def print
      table.each do |group|
        puts "%s (%s): contact points %s -> pads %s%s" % [group["function"], group["order"], group["contact_points"].join(" "), group["pads"].join(" "),
                                                      group["same_order"] ? ", in the same order" : ""]
      end
    end

    private

    def undeclared(texts)
      return "a declared function needs one text: #{FUNCTIONS.join(', ')}" if texts.empty?
      texts.size == 1 ? "unknown function #{texts[0]}: known are #{FUNCTIONS.join(', ')}" : "two functions declared: #{texts.join(', ')}"
    end

    def nets_with_contacts_in(area)
      box = area.bbox
      place = contacts_by_x.bsearch_index { |x, _, _| x >= box.left } || contacts_by_x.size
      inside = []
      while place < contacts_by_x.size && contacts_by_x[place][0] <= box.right
        x, y, index = contacts_by_x[place]
        inside << index if y.between?(box.bottom, box.top) && Shapes.holds?(area, RBA::Point.new(x, y))
        place += 1
      end
      inside.uniq.sort.map { |index| @nets.net(index) }
    end

    # middles of all contact points from left to right: [[x, y, index of the net], ...]
    def contacts_by_x
      @contacts_by_x ||= @nets.each.flat_map { |net| net.contacts.map { |id| @nets.middle(id).map(&:floor) << net.index } }.sort
    end

  end

end
