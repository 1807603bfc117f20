# The results: a marker database, a table on the screen, a summary in JSON.
# Files appear whole at the end or not at all: a run that dies leaves nothing that looks clean.

require "json"

module Postpass

  # One rule that ran: its record, its findings and the seconds it took.
  Result = Struct.new(:rule, :findings, :seconds) do
    def error?
      (rule["severity"] || "error") == "error"
    end
  end unless defined?(Result)

  class Report

    NETS_ON_SCREEN = 80 unless defined?(NETS_ON_SCREEN)
    DATABASE = "Post-passivation DRC" unless defined?(DATABASE)

    attr_reader :results

    # families: of the rules that ran; checks: the PlannedChecks, asked for nets when rules on nets ran
    def initialize(layers, source_name, plan, families, checks)
      @layers, @source_name, @plan, @families, @checks, @results = layers, source_name, plan, families, checks, []
    end

    def errors
      @results.select(&:error?).sum { |result| result.findings.size }
    end

    def warnings
      @results.reject(&:error?).sum { |result| result.findings.size }
    end

    # name: of the cell; in a window KLayout looks for it in the layout. note: more words on the technology, such as who chose it
    def database(generator, name = Postpass.shown(cell_name), note = nil)
      database = RBA::ReportDatabase.new(DATABASE)
      database.description = [@layers.technology.identity, note].compact.join("; ") + on_source
      database.generator = generator
      database.top_cell_name = name
      cell = database.create_cell(name)
      @results.each { |result| fill(database, cell, result) }
      database
    end

    # Whether a database holds markers of a check of the same cell of the same layout.
    # KLayout adds [1], [2] to the name of a second one in a view.
    def same_place?(database)
      database.name.match?(/\A#{DATABASE}(\[\d+\])?\z/) && database.top_cell_name == @layers.cell.name && database.description.end_with?(on_source)
    end

    def technology
      @layers.technology
    end

    def summary
      { "technology" => technology.name, "technology_title" => technology.title, "technology_file" => technology.path,
        "technology_checksum" => technology.checksum, "input" => @source_name, "topcell" => Postpass.shown(cell_name),
        "mode" => @plan.mode, "threads" => @plan.threads, "window_um" => window_um, "families" => @families, "search_seconds" => @checks.search_seconds.round(3),
        "errors" => errors, "warnings" => warnings, "absent_layers" => @layers.absent,
        "unknown_layers" => @layers.unknown.map { |info| "#{info.layer}/#{info.datatype}" },
        "rules" => @results.map { |result| summary_of(result) }, "nets" => net_table, "functions" => nets_ran? ? @checks.nets.groups.table : [] }
    end

    def cell_name
      @layers.cell.name
    end

    # one record per net, the named ones first
    def net_table
      @net_table ||= nets_ran? ? NetTable.new(@checks.nets, @layers.dbu) : []
    end

    def nets_ran?
      @families.include?("nets")
    end

    def print_plan
      puts @plan.to_s
      puts "window: #{window_um.join(', ')} um; a finding is listed when the lowest of its leftmost corners lies inside" if @plan.window
      left_out = (FAMILIES - @families).join(",")
      puts "not run: the rules of family #{left_out}" + (@plan.window ? ", which need the whole layout: run them once with family=#{left_out}" : "") unless left_out.empty?
    end

    def print_nets
      return if net_table.empty?
      puts "%-24s %8s %6s %-32s %14s %14s  %s" % ["net", "contacts", "vias", "pads", "metal um2", "trace um", "performs"]
      net_table.first(NETS_ON_SCREEN).each do |net|
        pads = net["pads"].map { |function, count| "#{count} #{function}" }.join(", ")
        puts "%-24s %8d %6d %-32s %14.1f %14.1f  %s" % [net["net"], net["contact_points"], net["vias"], pads, net["metal_area_um2"], net["trace_length_um"], net["function"]]
      end
      puts "... and #{net_table.size - NETS_ON_SCREEN} nets more: all are in the summary" if net_table.size > NETS_ON_SCREEN
      @checks.nets.groups.print
    end

    def print_table
      puts "%-9s %-8s %-58s %9s %7s %8s" % %w[rule severity title limit count seconds]
      @results.each do |result|
        rule = result.rule
        puts "%-9s %-8s %-58s %9s %7d %8.2f" % [rule["id"], severity(rule), rule["title"], limit(rule), result.findings.size, result.seconds]
      end
      guidelines.each { |rule| puts "%-9s guideline, not run: %s" % [rule["id"], rule["title"]] }
      puts "%-77s %24.2f" % ["search for the places to measure, for all rules", @checks.search_seconds] if @checks.search_seconds > 0
      puts "total: #{errors} errors, #{warnings} warnings from #{@results.size} rules in %.2f s" % (@results.sum(&:seconds) + @checks.search_seconds)
    end

    def print_layers
      unknown, absent = @layers.unknown, @layers.absent
      puts "layers of the file that the technology does not know, not checked: #{unknown.map(&:to_s).join(', ')}" unless unknown.empty?
      puts "layers of the technology without a shape: #{absent.join(', ')}" unless absent.empty?
    end

    private

    def on_source
      " on #{@source_name}"
    end

    def window_um
      @plan.window && [@plan.window.left, @plan.window.bottom, @plan.window.right, @plan.window.top].map { |length| (length * @layers.dbu).round(6) }
    end

    def guidelines
      @layers.technology.rules.select { |rule| rule["check"] == "guideline" }
    end

    def fill(database, cell, result)
      category = database.create_category(result.rule["id"])
      category.description = "#{result.rule['title']} (#{severity(result.rule)}, limit #{limit(result.rule)})"
      result.findings.each do |finding|
        item = database.create_item(cell.rdb_id, category.rdb_id)
        finding.shapes.each { |shape| item.add_value(in_um(shape)) }
        item.add_value(finding.text)
      end
    end

    def in_um(shape)
      in_um = shape.to_dtype(@layers.dbu) # a plain shape: KLayout 0.30.0 adds none with properties to a report
      shape.is_a?(RBA::Box) ? RBA::DPolygon.new(in_um) : in_um
    end

    def severity(rule)
      rule["severity"] || "error"
    end

    def limit(rule)
      return "%g um" % rule["value_um"] if rule["value_um"]
      return "%g deg" % rule["value_deg"] if rule["value_deg"]
      return "%g" % rule["value"] if rule["value"]
      rule["check"] == "grid" ? "%g um" % @layers.technology.grid : "-"
    end

    def summary_of(result)
      result.rule.slice("id", "check", "title").merge(
        "severity" => severity(result.rule), "limit" => limit(result.rule), "count" => result.findings.size,
        "seconds" => result.seconds.round(3))
    end

  end

  # Writes files that the run announced (ask "begin"), all or none: {role => what writes to the path it is given}.
  def self.write_files(writers)
    ask("start_writing")
    writers.each { |role, (path, write)| written(path) { write.call(ask("part", role)) } }
    ask("take_names")
  ensure
    ask("stop_writing")
  end

  def self.written(path)
    yield
  rescue SystemCallError, RuntimeError, IOError => error
    raise CannotCheck, "cannot write #{path}: #{error.message.lines.first.chomp}"
  end

  # For standard output: a reader that has gone (| head -1) does not end the run.
  module Patient

    def write(*texts)
      super
    rescue SystemCallError, IOError
      reopen(File::NULL, "w")
      0
    end

  end unless defined?(Patient)

end
