# One report and one summary from the parts of a check (docs/scale.md).
#
# klayout -b -r drc/postpass_merge.rb -rd parts='FOLDER/*.json' -rd report=F.lyrdb [-rd summary=F.json]
#
# parts: the summaries of the parts, each with its report beside it: the same name, ending in .lyrdb.
# Exit code: 0 no error-level violation, 2 violations, 1 the parts do not make a whole.

folder = File.join(File.dirname(File.realpath(__FILE__)), "postpass")
%w[technology report run parts].each { |name| load(File.join(folder, name + ".rb")) }

begin
  raise Postpass::CannotCheck, "give the summaries of the parts with -rd parts='FOLDER/*.json' and the report with -rd report=F" if [$parts, $report].any? { |text| text.nil? || text.empty? }
  [$stdout, $stderr].each { |stream| stream.extend(Postpass::Patient) }
  files = Dir.glob(File.expand_path($parts)).sort
  Postpass.ask("begin", { "report" => $report, "summary" => $summary }, files.flat_map { |file| [["part", file], ["part", file.sub(/\.json\z/, ".lyrdb")]] })
  summaries = files.map { |file| Postpass::Parts.summary(file, JSON.parse(File.read(file))) }
  whole = Postpass::Parts.merged(summaries)
  database = Postpass::Parts.database(files.map { |file| file.sub(/\.json\z/, ".lyrdb") })
  writers = { "report" => [$report, ->(part) { database.save(part) }] }
  writers["summary"] = [$summary, ->(part) { File.write(part, JSON.pretty_generate(whole) + "\n") }] if $summary
  Postpass.write_files(writers)
  puts "rules #{whole['technology_checksum']} of technology #{whole['technology']}, #{whole['technology_title']} (#{whole['technology_file']})"
  whole["rules"].each { |rule| puts "%-9s %-8s %-58s %9s %7d" % [rule["id"], rule["severity"], rule["title"], rule["limit"], rule["count"]] }
  puts "total: #{whole['errors']} errors, #{whole['warnings']} warnings from #{whole['parts']} parts"
  puts "report: #{File.expand_path($report)}"
  code = whole["errors"] > 0 ? 2 : 0
rescue Postpass::CannotCheck => error
  code = Postpass.refuse(error.message)
rescue JSON::ParserError, SystemCallError => error
  code = Postpass.refuse("a summary cannot be read (#{error.message.lines.first.chomp})")
rescue StandardError, NoMemoryError, SystemStackError => error # a summary of another kind
  code = Postpass.refuse(Postpass.unforeseen(error))
ensure
  Postpass.say_kept if code == 1
end
exit code
