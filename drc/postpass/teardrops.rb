# A teardrop widens a trace where it meets a pad. The definition is in docs/functions.md.

module Postpass

  class Checks

    # Each trace that leaves a pad is cut twice: along the edge of the pad, and at a distance from it.
    def teardrop(rule)
      reach, pads, traces = @layers.dbu_of(rule["length_um"]).round, nets.figures(rule["to"]), nets.figures(rule["layer"])
      (0...pads.size).flat_map do |number|
        ways_out(pads.polygon(number), traces, reach).filter_map do |way|
          at_pad, away = cut_lengths(way, pads.polygon(number), reach)
          next unless at_pad > 0 && at_pad < rule["value"] * away - 2
          Finding.new([way], "trace is #{@layers.um(away)} um wide, #{@layers.um(at_pad)} um at the pad, #{titles_at([rule['to']], way)}")
        end
      end
    end

    private

    # the metal of traces between the edge of a pad and a line `reach` outside it: one polygon for each way out
    def ways_out(pad, traces, reach)
      around = pad.bbox.enlarged(reach, reach)
      near = traces.near(around.left, around.bottom, around.right, around.top)
      return [] if near.empty?
      ring = RBA::Region.new(pad).sized(reach, 2) - RBA::Region.new(pad)
      (Shapes.region(near.map { |number| traces.polygon(number) }) & ring).merged(false, 0).each.to_a
    end

    # [length of the way's outline on the edge of the pad, length on the line outside it]
    def cut_lengths(way, pad, reach)
      bounds = [pad, RBA::Region.new(pad).sized(reach, 2).each.first].map { |outline| outline.each_edge.to_a }
      bounds.map { |edges| way.each_edge.select { |edge| edges.any? { |bound| along?(edge, bound) } }.sum(&:length) }
    end

    # Corners of cut shapes lie on whole dbu: beside a slanted line up to one of them beside it.
    def along?(edge, line)
      slack = [edge, line].all? { |one| one.dx == 0 || one.dy == 0 } ? 0.5 : 1.5
      [edge.p1, edge.p2].all? { |point| line.distance_abs(point) <= slack && line.bbox.enlarged(2, 2).contains?(point) }
    end

  end

end
