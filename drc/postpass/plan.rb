# How a layout is checked: flat as a whole, in tiles, or on the cells of its hierarchy; with how many threads; where.

require "etc"

module Postpass

  # mode: "flat", "tiled" or "deep"; threads: of KLayout's engine; window: box in dbu or nil for all; tile_um: side of the
  # tiles or nil; reason: why this mode; flat_shapes: shapes that a flat layout would hold
  Plan = Struct.new(:mode, :threads, :window, :tile_um, :reason, :flat_shapes) do

    def self.choose(layers, wanted)
      used = layers.technology.drawn.flat_map { |layer| layers.indexes_of(layer["name"]) }
      flat, own = layers.hierarchy.flat_shapes(used), layers.hierarchy.own_shapes(used)
      mode, reason = mode_of(layers, wanted.mode, flat, own)
      few_tiles(layers, wanted.tile_um)
      new(mode, wanted.threads || [Etc.nprocessors, 1].max, wanted.window_of(layers), wanted.tile_um, reason, flat)
    end

    def self.mode_of(layers, wanted, flat, own)
      odd = layers.hierarchy.odd_placement
      return ["tiled", "mode=deep would miss what lies in cells placed at other sizes or angles, as in cell #{Postpass.shown(odd.name)}"] if wanted == "deep" && odd
      return [wanted, "as asked for"] if wanted
      return ["flat", "#{flat} shapes"] if flat < Plan::FEW_SHAPES
      return ["deep", "#{flat} shapes, of which the cells hold #{own}"] if !odd && flat >= Plan::REPEATED * own
      ["tiled", "#{flat} shapes"]
    end

    # a tile of a few dbu would never end
    def self.few_tiles(layers, tile_um)
      box = layers.cell.bbox
      return if tile_um.nil? || (box.width * layers.dbu / tile_um + 1) * (box.height * layers.dbu / tile_um + 1) <= Plan::MANY_TILES
      raise CannotCheck, "tile=%g: makes more than #{Plan::MANY_TILES} tiles of a layout %g by %g um large: give a larger side" %
        [tile_um, box.width * layers.dbu, box.height * layers.dbu]
    end

    def to_s
      "mode: #{mode}, #{threads} thread#{'s' if threads > 1} (#{reason})"
    end

  end unless defined?(Plan)

  Plan::MODES = %w[flat tiled deep] unless defined?(Plan::MODES)
  Plan::FEW_SHAPES = 20_000 unless defined?(Plan::FEW_SHAPES) # so few are checked faster without a search
  Plan::MANY_TILES = 1_000_000 unless defined?(Plan::MANY_TILES)
  Plan::MANY_THREADS = 1024 unless defined?(Plan::MANY_THREADS)
  Plan::REPEATED = 4 unless defined?(Plan::REPEATED)          # how often a cell's shapes must be placed for its hierarchy to pay
  FAMILIES = %w[technology geometry nets] unless defined?(FAMILIES)

  # What the caller asked for; nil where the deck may choose. families: of rules, all by default.
  Wishes = Struct.new(:mode, :threads, :tile_um, :window_um, :families) do

    # from the texts of the command line; window: left,bottom,right,top in um
    def self.read(mode, threads, tile, window, family)
      mode, threads, tile, window, family = [mode, threads, tile, window, family].map { |text| text.nil? || text.to_s.empty? ? nil : text.to_s }
      one_of("mode", mode, Plan::MODES)
      families = family ? family.split(",") : FAMILIES
      families.each { |name| one_of("family", name, FAMILIES) }
      raise CannotCheck, "threads=#{threads}: give a whole number from 1 to #{Plan::MANY_THREADS}" unless threads.nil? || (threads =~ /\A\d+\z/ && threads.to_i.between?(1, Plan::MANY_THREADS))
      raise CannotCheck, "family=#{family} with window=: only geometry can be checked in a window; the rest needs one run without a window" if family && families != ["geometry"] && window
      raise CannotCheck, "tile=#{tile}: give the side of a tile in um, from 0.0001 to 1000000" unless tile.nil? || (Float(tile, exception: false) || 0).between?(1e-4, 1e6)
      new(mode, threads && threads.to_i, tile && tile.to_f, window && numbers(window), window ? ["geometry"] : families)
    end

    def self.one_of(name, value, known)
      raise CannotCheck, "#{name}=#{value}: known are #{known.join(', ')}" unless value.nil? || known.include?(value)
    end

    def self.numbers(window)
      numbers = window.split(",", -1).map { |text| Float(text) }
      return numbers if numbers.size == 4 && numbers[0] < numbers[2] && numbers[1] < numbers[3]
      raise ArgumentError
    rescue ArgumentError
      raise CannotCheck, "window=#{window}: give left,bottom,right,top in um, with left < right and bottom < top"
    end

    # What lies far from all shapes is cut off: KLayout cannot compute with boxes of nearly 32 bits.
    def window_of(layers)
      return nil unless window_um
      left, bottom, right, top = window_um.map { |length| layers.dbu_of(length).clamp(-2**30, 2**30).round }
      RBA::Box.new(left, bottom, right, top) & layers.cell.bbox.enlarged(2**28, 2**28)
    end

  end unless defined?(Wishes)

  # Does a place (x, y) belong to a window? Windows side by side share none.
  def self.owns?(window, x, y)
    window.left <= x && x < window.right && window.bottom <= y && y < window.top
  end

  # The place that tells which window shapes belong to: the lowest of their leftmost corners. A window that holds it touches
  # the shapes, which the corner of their box may be far from.
  def self.place_of(shapes)
    corners = shapes.flat_map { |shape| shape.is_a?(RBA::Polygon) ? shape.each_point_hull.to_a : [shape.bbox.p1] }
    corners.map { |corner| [corner.x, corner.y] }.min
  end

  # Runs rules as the plan says. Rules that the sieve knows are measured at the places it finds, in a window only there.
  class PlannedChecks

    # seconds of the search, which serves all rules
    attr_reader :search_seconds

    def initialize(layers, plan, rules)
      @layers, @plan, @rules, @whole = layers, plan, rules, Checks.new(layers)
      @whole.window = plan.window
      @sieve = Sieve.new(layers, rules)
      @border, @search_seconds = @sieve.border(rules), 0.0
    end

    def nets
      @whole.nets
    end

    # method: of Checks
    def findings(method, rule)
      return @whole.send(method, rule) if @plan.mode == "flat" && !@plan.window
      return owned(@whole.send(method, rule)) if !@sieve.knows?(rule) || @whole.without_die?(rule)
      owned(Nearby.new(@layers, rule) { |near| Checks.new(near).send(method, rule) }.findings(places(rule)))
    end

    private

    # A finding belongs to one window, so that windows side by side report it once.
    def owned(findings)
      @plan.window ? findings.select { |finding| Postpass.owns?(@plan.window, *Postpass.place_of(finding.shapes)) } : findings
    end

    # The box to search: all, or as far from the window as a finding that belongs to it may reach.
    def scope
      @scope ||= begin
        closed = @rules.map { |rule| rule["layer"] }.uniq.select { |layer| layer && @layers.technology.closed_shapes?(layer) }
        whole = closed.map { |layer| Nearby.whole_shapes_at(@layers, layer, @plan.window) }.reduce(@plan.window, :+)
        far = @rules.map { |rule| Sieve.reach(rule, @layers) }.max || 0
        whole.enlarged(far, far)
      end
    end

    # boxes where the rule may be broken
    def places(rule)
      return [scope] if @plan.mode == "flat" && rule["check"] != "die_clearance"
      boxes = searched(rule["id"]) + (rule["check"] == "die_clearance" ? at_the_edge(rule) : [])
      boxes += catalogue.places(rule) + searched(Sieve.touching(rule["layer"])) if Catalogue.judges?(rule, @layers.technology)
      @plan.window && rule["check"] != "die_clearance" ? boxes.select { |box| box.touches?(scope) } : boxes
    end

    def searched(key)
      return [] if @plan.mode == "flat"
      region = found[key] or return []
      region.merged.each.flat_map { |polygon| NearLayers.boxes(polygon, @layers.dbu) }
    end

    def found
      @found ||= begin
        start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
        area = @plan.window ? @layers.cell.bbox & scope : @layers.cell.bbox
        Search.new(@layers, @sieve, @border, @plan, area).places.tap { @search_seconds = Process.clock_gettime(Process::CLOCK_MONOTONIC) - start }
      end
    end

    def catalogue
      @catalogue ||= Catalogue.new(@layers, @layers.hierarchy.odd_placement ? nil : @layers.hierarchy)
    end

    # where a shape is too near to the edge of the die, or outside
    def at_the_edge(rule)
      die = @whole.die_of(rule)
      inside = die.sized(-@layers.limit_dbu(rule["value_um"]) - 1, 2)
      (RBA::Region.new(@layers.cell.bbox.enlarged(1, 1)) - inside).each_merged.flat_map { |polygon| NearLayers.boxes(polygon, @layers.dbu) }
    end

  end

end
