# Windows that cover a layout, one a line, for a check in parts (docs/scale.md).
#
# klayout -b -r drc/postpass_windows.rb -rd input=F -rd side=UM [-rd topcell=N]

folder = File.join(File.dirname(File.realpath(__FILE__)), "postpass")
%w[technology report run parts].each { |name| load(File.join(folder, name + ".rb")) }

begin
  side = Float($side.to_s, exception: false) || 0
  raise Postpass::CannotCheck, "side=#{$side}: give the side of a window in um, from 0.0001 to 1000000" unless side.between?(1e-4, 1e6)
  run = Postpass::BatchRun.new(File.dirname(folder), {})
  layout = run.read($input)
  puts Postpass::Parts.windows(run.single_top(layout, $topcell), layout.dbu, side)
rescue Postpass::CannotCheck => error
  exit Postpass.refuse(error.message)
rescue StandardError, NoMemoryError, SystemStackError => error
  exit Postpass.refuse(Postpass.unforeseen(error))
end
