# Prints how often each cell of a layout is found to stand apart, and in how many turns: run by test_blocks.py in the application.
# -rd input=FILE -rd tech=NAME|PATH -rd deck=DECK

package = File.dirname(File.dirname(File.realpath($deck)))
%w[technology hierarchy shapes distances findings search box_grid merging figures blocks].each { |name| load(File.join(package, "drc", "postpass", name + ".rb")) }

layout = RBA::Layout.new
layout.read($input)
layers = Postpass::Layers.new(layout, layout.top_cell, Postpass::Technology.new($tech, package))
layers.by_cell = true
blocks = Postpass::Blocks.new(layers, %w[contact via rdl pad_flip_chip pad_power pad_ground pad_signal]).to_a
blocks.group_by { |block| block.cell.name }.sort.each { |name, turns| puts "#{name} #{turns.sum { |block| block.places.size }} #{turns.size}" }
