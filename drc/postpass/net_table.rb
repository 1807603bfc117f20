# The nets as the screen and the summary show them.

require "json"

module Postpass

  # One record per net for the screen and the summary, the named ones first. Made row by row: there may be a million.
  class NetTable

    include Enumerable

    def initialize(nets, dbu)
      @nets, @dbu = nets, dbu
      named = nets.each.select { |net| !net.names.empty? }.sort_by { |net| [net.names, net.number] }.map(&:index)
      known = named.to_h { |index| [index, true] }
      @order = named + (0...nets.size).reject { |index| known[index] }
    end

    def size
      @order.size
    end

    def empty?
      @order.empty?
    end

    def each
      @order.each { |index| yield row(@nets.net(index)) }
    end

    # one line for each net
    def to_json(*)
      return "[]" if empty?
      "[\n" + map { |row| "    " + JSON.generate(row) }.join(",\n") + "\n  ]"
    end

    private

    def row(net)
      { "net" => net.title, "contact_points" => net.contacts.size, "vias" => net.vias.size, "pads" => net.pads_by_function,
        "metal_area_um2" => (net.area * @dbu**2).round(3), "trace_length_um" => (net.trace_length * @dbu).round(3), "function" => net.function }
    end

  end

end
