# Connected metal from the shapes that are drawn.

module Postpass

  # Merges the shapes of layers in tiles, on as many threads as the layers say: each connected piece of metal comes once and whole.
  module Merging

    module_function

    FEW = 20_000 unless defined?(FEW) # shapes that are merged in one go
    PER_TILE = 1000 unless defined?(PER_TILE)

    # polygons of the regions together; regions: of unmerged shapes
    def each_polygon(regions, layers, &block)
      count = regions.sum(&:count)
      return in_tiles(regions, regions.map(&:bbox).reduce(RBA::Box.new, :+), count, layers, &block) if count > FEW
      regions.reduce(RBA::Region.new, :+).merged(false, 0).each(&block)
    end

    # A polygon strictly inside a tile is complete, for a tile is given every shape that reaches into it; no other tile
    # finds it. What reaches over the edge of its tile is merged once more.
    def in_tiles(inputs, box, count, layers)
      tile = [(Math.sqrt(box.area.to_f * PER_TILE / count)).ceil, 1000].max
      crossing = RBA::Region.new
      merged_by_tile(inputs, box, tile, layers).each do |polygon|
        inside_one_tile?(polygon.bbox, box, tile) ? yield(polygon) : crossing.insert(polygon)
      end
      crossing.merged(false, 0).each { |polygon| yield(polygon) }
    end

    def merged_by_tile(inputs, box, tile, layers)
      found = RBA::Region.new
      found.merged_semantics = false
      processor = Tiles.processor(box, layers.dbu, tile * layers.dbu, layers.threads)
      inputs.each_with_index { |shapes, number| processor.input("shapes#{number}", shapes) }
      processor.output("found", found)
      processor.queue("_output(found, (#{inputs.each_index.map { |number| "shapes#{number}" }.join(' + ')}).merged(false, 0), false)")
      processor.execute("Post-passivation DRC")
      found
    end

    # One dbu of room: the edges of tiles are lengths in um, rounded.
    def inside_one_tile?(polygon, box, tile)
      [[polygon.left - box.left, polygon.right - box.left], [polygon.bottom - box.bottom, polygon.top - box.bottom]].all? do |low, high|
        (low - 2).div(tile) == (high + 2).div(tile)
      end
    end

  end

end
