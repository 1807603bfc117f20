# A run from start to end, in batch (a file in, an exit code out) or in the GUI (the current view in, markers out).

require "json"

module Postpass

  # engine: the DRC engine of KLayout that runs the deck; it knows how a run is repeated.
  def self.main(engine, folder, method_of_kind)
    package = File.dirname(folder)
    [$stdout, $stderr].each { |stream| stream.extend(Patient) if stream.is_a?(IO) }
    in_window = RBA.const_defined?(:Application) && RBA::Application.instance && RBA::Application.instance.main_window
    in_window ? WindowRun.new(package, method_of_kind, engine).run : exit(BatchRun.new(package, method_of_kind).run)
  end

  # What both kinds of run share: from a cell to a report.
  class Run

    def initialize(package, method_of_kind)
      @package, @method_of_kind = package, method_of_kind
    end

    def check(layout, cell, technology, source_name, wishes)
      layers = Layers.new(layout, cell, technology)
      fitting_grid(layout, technology)
      lengths_within_reach(layout, technology)
      something_to_check(layers)
      Postpass.ask("require_sound", cell, technology.path)
      plan = Plan.choose(layers, wishes)
      layers.threads, layers.by_cell = plan.threads, plan.mode == "deep"
      rules = chosen_rules(technology, wishes.families)
      checks = PlannedChecks.new(layers, plan, rules)
      report = Report.new(layers, source_name, plan, wishes.families, checks)
      rules.each { |rule| report.results << timed(rule, checks) }
      report
    end

    def chosen_rules(technology, families)
      technology.rules.select { |rule| rule["check"] != "guideline" && families.include?(method_and_family(rule)[1]) }
    end

    def method_and_family(rule)
      FAMILIES.each { |family| (method = @method_of_kind.fetch(family)[rule["check"]]) && (return [method, family]) }
      raise CannotCheck, "rule #{rule['id']}: this deck has no check of kind #{rule['check']}"
    end

    def timed(rule, checks)
      start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      before = checks.search_seconds
      findings = checks.findings(method_and_family(rule)[0], rule)
      seconds = Process.clock_gettime(Process::CLOCK_MONOTONIC) - start - (checks.search_seconds - before)
      Result.new(rule, findings, seconds)
    end

    def fitting_grid(layout, technology)
      steps = technology.grid / layout.dbu
      return if steps >= 1 - 1e-6 && (steps - steps.round).abs < 1e-6
      raise CannotCheck, "the layout's database unit is %g um, but the grid of technology %s, %g um, is no multiple of it: convert the layout first" %
        [layout.dbu, technology.name, technology.grid]
    end

    # What a rule asks for must be a number of dbu that KLayout can compute with.
    def lengths_within_reach(layout, technology)
      where, longest = technology.longest
      return if longest / layout.dbu <= 2**30
      raise CannotCheck, "%s: %g um is more than KLayout can compute with at the layout's database unit of %g um: check the units of both" % [where, longest, layout.dbu]
    end

    def something_to_check(layers)
      return unless layers.absent.size == layers.technology.drawn.size
      used = layers.unknown.map(&:to_s)
      raise CannotCheck, "cell #{Postpass.shown(layers.cell.name)} has no shape on any layer of technology #{layers.technology.name} (its layers: " +
        layers.technology.drawn.map { |layer| layer["gds"].join("/") }.join(", ") + "; the layout's: #{used.empty? ? 'none' : used.join(', ')})" +
        fitting_technologies(layers)
    end

    # ", it fits technology X" when another one knows layers of this layout
    def fitting_technologies(layers)
      others = Technology.installed(@package) - [layers.technology.name]
      fitting = others.select do |name|
        other = Technology.new(name, @package)
        Layers.new(layers.layout, layers.cell, other).absent.size < other.drawn.size
      end
      fitting.empty? ? ": check the layer map" : ": choose another technology (#{fitting.join(', ')} would find shapes) or check the layer map"
    end

    def single_top(layout, name)
      Postpass.ask("top_cell", layout, name)
    end

  end

  class BatchRun < Run

    # exit code: 0 no error-level violation, 2 violations, 1 could not check
    def run
      $stdout.sync = true
      # nothing of an earlier run may pass for the result of this one
      Postpass.ask("begin", { "report" => $report, "summary" => $summary }, [["input file", $input]], named_technology)
      wishes = Wishes.read($mode, $threads, $tile, $window, $family)
      technology = Technology.new(named_technology, @package)
      layout = read($input)
      report = check(layout, single_top(layout, $topcell), technology, Postpass.shown(File.expand_path($input)), wishes)
      show(report)
      write(report)
      report.errors > 0 ? 2 : 0
    rescue CannotCheck => error
      failed(error.message)
    rescue StandardError, NoMemoryError, SystemStackError => error
      failed(Postpass.unforeseen(error))
    end

    def read(path)
      Postpass.ask("read", path)
    end

    private

    def failed(sentence)
      code = Postpass.refuse(sentence)
      Postpass.say_kept
      code
    end

    def named_technology
      $tech.nil? || $tech.empty? ? "postpass" : $tech
    end

    def show(report)
      chosen = $tech.nil? || $tech.empty? ? " (the default; choose with tech=NAME)" : ""
      puts "Post-passivation DRC of cell #{report.summary['topcell']} of #{$input}"
      puts "by #{report.technology.identity}#{chosen}"
      report.print_plan
      report.print_layers
      report.print_nets
      report.print_table
    end

    def write(report)
      files = {}
      files["report"] = [$report, ->(part) { report.database("drc: postpass").save(part) }] if $report
      files["summary"] = [$summary, ->(part) { File.write(part, JSON.pretty_generate(report.summary) + "\n") }] if $summary
      Postpass.write_files(files)
      puts "report: #{File.expand_path($report)}" if $report
    end

  end

  # KLayout shows the message of a run from the menu in a box as wide as its longest line.
  def self.in_lines(text, width = 80)
    text.gsub(/(.{1,#{width}})(?:\s+|\z)|(\S{#{width}})/) { "#{$1 || $2}\n" }.chomp
  end

  class WindowRun < Run

    def initialize(package, method_of_kind, engine)
      super(package, method_of_kind)
      @engine = engine
    end

    # Result for the panel in $postpass_result; a run from the menu shows a failure as the application shows it.
    def run
      report = check_view
      $postpass_result = JSON.dump("violations" => report.errors, "warnings" => report.warnings, "error" => nil)
    rescue CannotCheck => error
      $postpass_result = JSON.dump("violations" => nil, "warnings" => nil, "error" => error.message)
      raise Postpass.in_lines(error.message) unless $postpass_from_panel
    rescue StandardError => error # a fault of the deck
      raise error.class, Postpass.in_lines(error.message), error.backtrace
    end

    private

    def check_view
      view = RBA::LayoutView.current or raise CannotCheck, "no layout is open"
      shown = view.active_cellview
      raise CannotCheck, "no layout is open" unless shown.is_valid?
      layout = shown.layout
      name, reason = chosen_technology(layout)
      technology = Technology.new(name, @package)
      report = check(layout, shown.cell || single_top(layout, nil), technology, Postpass.shown(shown.name), Wishes.read(nil, nil, nil, nil, nil))
      puts "by #{technology.identity}, #{reason}"
      report.print_layers
      report.print_table
      show(view, report, [reason, doubt(layout, technology)].compact.join("; "))
      report
    end

    # [name, who chose it]: the panel for its own check, else the layout; for a layout without technology what the panel shows.
    def chosen_technology(layout)
      return [$tech, "chosen in the panel"] if $postpass_from_panel && $tech
      return shown_in_panel if layout.technology_name.empty?
      installed = Technology.installed(@package)
      return [layout.technology_name, "the layout's own"] if installed.include?(layout.technology_name)
      raise CannotCheck, "the layout's technology is #{layout.technology_name}, not one of #{installed.join(', ')}: " \
                         "choose one of these for the layout, or check with the Post-passivation panel"
    end

    def shown_in_panel
      name = RBA::Application.instance.get_config("postpass-technology").to_s
      return ["postpass", "the default, for the layout has none and the panel chose none"] if name.empty?
      return [name, "the panel's, for the layout has none"] if Technology.installed(@package).include?(name)
      ["postpass", "the default, for the layout has none and the panel's, #{name}, is not installed"]
    end

    # A sentence when the layout's layers are rather those of another technology.
    def doubt(layout, technology)
      numbers = layout.layer_infos.reject { |info| layout.top_cells.all? { |cell| cell.bbox(layout.find_layer(info)).empty? } }
      others = technology.others(layout.technology_name, numbers.map { |info| [info.layer, info.datatype] })
      "but the layout is of technology #{others.join(' or ')}" unless others.empty?
    end

    # Markers of an earlier check of the same cell give way to the new ones; those of other cells and other decks stay.
    def show(view, report, note)
      database = report.database(@engine._generator, report.cell_name, note)
      earlier = @engine._rdb_index || (0...view.num_rdbs).find { |number| report.same_place?(view.rdb(number)) }
      index = earlier ? view.replace_rdb(earlier, database) : view.add_rdb(database)
      view.show_rdb(index, view.active_cellview_index)
      RBA::MainWindow.instance.message("Post-passivation DRC: #{report.errors} errors, #{report.warnings} warnings by #{File.basename(report.technology.path)}, rules #{report.technology.checksum}, #{note}", 20_000)
    end

  end

end
