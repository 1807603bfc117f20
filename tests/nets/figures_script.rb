# Compares the columns of figures.rb with what KLayout says, on random shapes: run by test_figures.py in the application.
# Prints one line for each disagreement; -rd seed=N.

$folder = File.join(File.dirname(File.realpath(__FILE__)), "..", "..", "drc", "postpass")
$folder = File.join(File.dirname($deck), "postpass") if $deck && !$deck.empty?
%w[technology shapes distances findings search box_grid merging gap figures].each { |name| load(File.join($folder, name + ".rb")) }

Chance = Random.new($seed.to_i)

def box(reach, size)
  x, y = Chance.rand(reach), Chance.rand(reach)
  RBA::Polygon.new(RBA::Box.new(x, y, x + 1 + Chance.rand(size), y + 1 + Chance.rand(size)))
end

def round(reach, size)
  radius, x, y = 50 + Chance.rand(size) / 2, Chance.rand(reach), Chance.rand(reach)
  RBA::Polygon.new(Array.new(16) { |i| RBA::Point.new((x + radius * Math.cos(i * Math::PI / 8)).round, (y + radius * Math.sin(i * Math::PI / 8)).round) })
end

def bent(reach, size)
  x, y = Chance.rand(reach), Chance.rand(reach)
  RBA::Path.new([RBA::Point.new(x, y), RBA::Point.new(x + size, y), RBA::Point.new(x + size, y + size)], 2 * (5 + Chance.rand(20))).polygon
end

# two squares in one polygon that a line without width joins: merged they are two shapes
def dumbbell(reach, size)
  x, y = Chance.rand(reach), Chance.rand(reach)
  corners = [[0, 0], [0, 2], [2, 2], [2, 1], [4, 1], [4, 2], [6, 2], [6, 0], [4, 0], [4, 1], [2, 1], [2, 0]]
  RBA::Polygon.new(corners.map { |column, row| RBA::Point.new(x + column * size / 12, y + row * size / 12) }, true)
end

def any(reach, size)
  [method(:box), method(:round), method(:bent), method(:dumbbell)][Chance.rand(4)].call(reach, size)
end

def sorted(polygons)
  polygons.map(&:to_s).sort
end

def tell(what, one, other)
  puts "#{what}: #{(one - other).size} only here, #{(other - one).size} only there" unless one == other
end

# Merged in tiles, every connected piece comes once and is the one that merging in one go gives.
def compare_merging(*kinds)
  region = RBA::Region.new
  600.times { region.insert(method(kinds[Chance.rand(kinds.size)]).call(40_000, 900)) }
  5.times { region.insert(box(1, 40_000)) }
  region.merged_semantics = false
  parts = []
  Postpass::Merging.in_tiles([region], region.bbox, 40_000, FewLayers.new(nil, nil, nil, 0.001, 2)) { |polygon| parts << polygon }
  whole = region.merged(false, 0)
  puts "tiles: #{parts.size} pieces, not #{whole.count}" unless parts.size == whole.count
  # where slanted edges cross, a corner may be rounded to another dbu
  puts "tiles: other shapes" unless (RBA::Region.new(parts) ^ whole).sized(-2).is_empty?
end

# Layers = what Figures asks of the deck's layers: one layer, "shapes"
FewLayers = Struct.new(:layout, :cell, :technology, :dbu, :threads) do
  def indexes_of(_name)
    layout.layer_indexes.to_a
  end

  def drawn(index)
    RBA::Region.new(cell.begin_shapes_rec(index)).tap { |region| region.merged_semantics = false }
  end
end
FewTechnology = Struct.new(:layers)

def figures(polygons, kind)
  layout = RBA::Layout.new
  cell, index = layout.create_cell("TOP"), layout.layer(1, 0)
  polygons.each { |polygon| cell.shapes(index).insert(polygon) }
  Postpass::Figures.new(FewLayers.new(layout, cell, FewTechnology.new({ "shapes" => { "parts" => ["shapes"], "gds" => [1, 0], "kind" => kind } }), 0.001, 2), "shapes")
end

def polygons_of(figures)
  (0...figures.size).map { |number| figures.polygon(number) }
end

def compare_figures
  drawn = Array.new(200) { any(10_000, 400) }
  merged = RBA::Region.new(drawn).merged(false, 0).each.to_a
  %w[cut metal].each { |kind| tell(kind, sorted(polygons_of(figures(drawn, kind))), sorted(merged)) }
end

def distance(one, other)
  one.touches?(other) ? 0.0 : one.each_edge.to_a.product(other.each_edge.to_a).map { |a, b| Postpass::Distances.between(a, b) }.min
end

# which figures of one layer touch which of another, and how far two are apart
def compare_pairs
  one, other = figures(Array.new(120) { any(8_000, 300) }, "metal"), figures(Array.new(120) { any(8_000, 300) }, "cut")
  other.size.times do |number|
    found = one.touching(other, number).map { |mine| one.polygon(mine).to_s }
    tell("touching", found.sort, sorted(polygons_of(one).select { |polygon| polygon.touches?(other.polygon(number)) }))
    mine = Chance.rand(one.size)
    measured, true_distance = Postpass::Gap.between(one, mine, other, number), distance(one.polygon(mine), other.polygon(number))
    puts "distance: #{measured}, not #{true_distance}" if (measured - true_distance).abs > 1e-6
  end
end

10.times { compare_merging(:box, :round, :bent) }
30.times { compare_figures }
10.times { compare_pairs }
puts "compared"
