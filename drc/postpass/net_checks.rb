# Checks on nets: opens, shorts, splits, labels and counts. One method per kind, like checks.rb.

module Postpass

  class Checks

    def nets
      @nets ||= Nets.new(@layers)
    end

    def net_open(_rule)
      nets.findings do |net|
        contacts, pads = net.contacts, net.pads
        next [] unless contacts.empty? || pads.empty?
        found = on_each(net, contacts, "contact point reaches no pad") + on_each(net, pads, "pad has no contact point")
        found.empty? ? on_each(net, net.traces, "trace belongs to nothing") : found
      end
    end

    # two names on a net; without names, a power and a ground pad
    def net_short(_rule)
      nets.findings do |net|
        next [Finding.new(metal_of(net), "short between #{net.names.join(', ')}")] if net.names.size > 1
        supplies = net.pads.select { |id| SUPPLIES.include?(net.nets.pad_function(id)) }
        next [] unless supplies.map { |id| net.nets.pad_function(id) }.uniq.size == 2
        [Finding.new(net.polygons(supplies), "short between power and ground pads, net #{net.title}")]
      end
    end

    def net_split(_rule)
      nets.by_name.select { |_, parts| parts.size > 1 }
          .map { |name, parts| Finding.new(parts.flat_map { |index| metal_of(nets.net(index)) }, "net #{name} is in #{parts.size} unconnected parts") }
    end

    def label_on_metal(_rule)
      nets.loose_labels.map { |text, point| Finding.new([RBA::Box.new(point, point).enlarged(10, 10)], "label #{text} lies on no metal") }
    end

    # Names that a netlist reader may take for each other, and names that cannot be told from the screen.
    def net_names(_rule)
      labels = @layers.texts.group_by(&:first)
      alike = labels.keys.group_by { |name| plain_name(name) }.values.select { |names| names.size > 1 }
      odd = labels.keys.reject { |name| name.match?(/\A[[:graph:]]+\z/) } - alike.flatten
      alike.map { |names| Finding.new(marks(names.flat_map { |name| labels[name] }), "names differ in case, space, brackets or trailing characters alone: #{names.sort.map(&:inspect).join(', ')}") } +
        odd.map { |name| Finding.new(marks(labels[name]), name.empty? ? "empty name" : "name with space or an invisible character: #{name.inspect}") }
    end

    # each shape touches exactly one of the other layer, and the other way round
    def count_match(rule)
      [[rule["layer"], rule["to"]], [rule["to"], rule["layer"]]].flat_map do |one, other|
        shapes, partners = nets.figures(one), nets.figures(other)
        (0...shapes.size).filter_map do |number|
          count = partners.touching(shapes, number).size
          Finding.new([shapes.polygon(number)], "#{one} with #{count} #{other}") unless count == 1
        end
      end
    end

    # vias of the net for each of its pads on the layer
    def vias_min(rule)
      nets.findings do |net|
        pads = pads_on(net, rule["layer"])
        next [] if pads.empty? || net.vias.size >= rule["value"] * pads.size
        [Finding.new(net.polygons(pads), "#{net.vias.size} vias for #{pads.size} pads, net #{net.title}")]
      end
    end

    private

    SUPPLIES = %w[power ground].freeze unless defined?(SUPPLIES)

    # without case and space, with one kind of brackets, without trailing punctuation
    def plain_name(name)
      name.downcase.gsub(/[[:space:][:cntrl:]]/, "").tr("<>(){}", "[][][]").sub(/[:;.,!_-]+\z/, "")
    end

    def marks(labels)
      labels.map { |_, point| RBA::Box.new(point, point).enlarged(10, 10) }
    end

    def on_each(net, ids, text)
      ids.map { |id| Finding.new(net.polygons([id]), "#{text}, net #{net.title}") }
    end

    def metal_of(net)
      ids = net.traces + net.pads
      net.polygons(ids.empty? ? net.contacts : ids)
    end

  end

end
