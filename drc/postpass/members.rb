# Which figures belong to a net.

module Postpass

  # Ids of figures by loose net, in one column.
  class Column

    # ids and, in the same order, the nets they belong to
    def initialize(ids, nets, net_count)
      @starts = Array.new(net_count + 1, 0)
      nets.each { |net| @starts[net + 1] += 1 }
      (1..net_count).each { |net| @starts[net] += @starts[net - 1] }
      @ids, place = Array.new(ids.size), @starts.dup
      ids.each_with_index do |id, i|
        net = nets[i]
        @ids[place[net]] = id
        place[net] += 1
      end
    end

    def of(net)
      @ids[@starts[net], count(net)]
    end

    def count(net)
      @starts[net + 1] - @starts[net]
    end

    def first(net)
      @ids[@starts[net]]
    end

  end

  # Ids of figures by net: the contact points, vias, traces or pads of each.
  class Members

    # column: of the loose nets; the block gives those of the nets inside of a cell
    def initialize(nets, column, &inside)
      @nets, @column, @inside = nets, column, inside
    end

    def of(index)
      loose = @nets.loose(index) and return @column.of(loose)
      placed, place, net = @nets.placement(index)
      @inside.call(placed.inside).of(net).map { |id| @nets.id_there(placed, place, id) }
    end

    def count(index)
      loose = @nets.loose(index) and return @column.count(loose)
      placed, _, net = @nets.placement(index)
      @inside.call(placed.inside).count(net)
    end

    def first(index)
      loose = @nets.loose(index) and return @column.first(loose)
      placed, place, net = @nets.placement(index)
      @nets.id_there(placed, place, @inside.call(placed.inside).first(net))
    end

  end

end
