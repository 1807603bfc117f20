# Writes a summary as the deck does, and waits in the middle: for a signal that comes while a file is written.
# Variables: deck (folder drc/postpass), summary, input.

%w[technology report].each { |name| load(File.join($deck, name + ".rb")) }
Postpass.ask("begin", { "report" => nil, "summary" => $summary }, [["input file", $input]], "postpass")
Postpass.write_files("summary" => [$summary, lambda do |part|
  File.write(part, "half")
  $stdout.puts "writing"
  $stdout.flush
  $stdin.gets
  File.write(part, "whole")
end])
puts "not reached"
