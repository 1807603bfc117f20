# A run from start to end, in batch (a file in, an exit code out) or in the GUI (the current view in, markers out).

require "json"

module Postpass

  # engine: the DRC engine of KLayout that runs the deck; it knows how a run is repeated.
  def self.main(engine, folder, method_of_kind)
    package = File.dirname(folder)
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
      within_reach(layers)
      drawn_with_area(layers)
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
      raise CannotCheck, "cell #{layers.cell.name} has no shape on any layer of technology #{layers.technology.name} (its layers: " +
        layers.technology.drawn.map { |layer| layer["gds"].join("/") }.join(", ") + "; the layout's: #{used.empty? ? 'none' : used.join(', ')})" +
        fitting_technologies(layers)
    end

    # Beyond 2^30 dbu the sums and differences of coordinates leave 32 bits, and KLayout's answers are wrong or never come.
    def within_reach(layers)
      box = layers.hierarchy.extent
      farthest = [box.left, box.bottom, box.right, box.top].map(&:abs).max
      return if box.empty? || farthest <= 2**30
      raise CannotCheck, "the layout reaches %g um from the origin, too far to compute with (%g um at its database unit of %g um): check its units or move it" %
        [farthest * layers.dbu, 2**30 * layers.dbu, layers.dbu]
    end

    # A line, or loops that cancel each other, would vanish when shapes are merged, and no check would see it.
    def drawn_with_area(layers)
      layers.technology.drawn.each do |layer|
        layers.indexes_of(layer["name"]).each do |index|
          layers.hierarchy.cells.each { |cell| all_with_area(layers, layer["name"], cell, index) }
        end
      end
    end

    def all_with_area(layers, name, cell, index)
      flat = layers.hierarchy.own(cell, index).with_area(0, 1, false)
      return if flat.is_empty?
      place = layers.hierarchy.placements(cell).first * flat.bbox.center
      raise CannotCheck, "layer #{name} holds a shape without area at #{layers.um(place.x)}, #{layers.um(place.y)} um " \
        "(#{flat.count} in cell #{cell.name}): a line, or a polygon that crosses itself"
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
      tops = layout.top_cells.map(&:name)
      raise CannotCheck, "the layout holds no cell" if tops.empty?
      if name && !name.empty?
        return layout.cell(name) || (raise CannotCheck, "no cell named #{name}; top cells are #{tops.join(', ')}")
      end
      raise CannotCheck, "#{tops.size} top cells (#{tops.join(', ')}): choose one with topcell=NAME" if tops.size > 1
      layout.top_cell
    end

  end

  class BatchRun < Run

    # exit code: 0 no error-level violation, 2 violations, 1 could not check
    def run
      $stdout.sync = true
      # nothing of an earlier run may pass for the result of this one
      @report, @summary = [$report, $summary].map { |path| target(path) }
      wishes = Wishes.read($mode, $threads, $tile, $window, $family)
      technology = Technology.new(named_technology, @package)
      layout = read($input)
      report = check(layout, single_top(layout, $topcell), technology, File.expand_path($input), wishes)
      show(report)
      write(report)
      report.errors > 0 ? 2 : 0
    rescue CannotCheck => error
      Postpass.refuse(error.message)
    rescue StandardError, NoMemoryError, SystemStackError => error
      Postpass.refuse(Postpass.unforeseen(error))
    end

    # absolute path of a file to write, seen from the caller's folder; an older file there is removed
    def target(path)
      return nil if path.nil?
      raise CannotCheck, "report= and summary= need the name of a file" if path.empty?
      path = File.expand_path(path)
      raise CannotCheck, "cannot write #{path}: it is a folder" if File.directory?(path)
      raise CannotCheck, "cannot write #{path}: folder #{File.dirname(path)} does not exist" unless File.directory?(File.dirname(path))
      Postpass.write_whole(path) { |partial| File.write(partial, "") }
      File.delete(path)
      path
    end

    def read(path)
      raise CannotCheck, "no input: give the layout file with -rd input=FILE" if path.nil? || path.empty?
      raise CannotCheck, "#{path}: no such file" unless File.exist?(path)
      raise CannotCheck, "#{path}: is a folder, not a layout file" if File.directory?(path)
      layout = RBA::Layout.new
      whole_shapes(path) { layout.read(path) }
      missing = layout.each_cell.select(&:is_ghost_cell?).map(&:name)
      raise CannotCheck, "#{path}: cell #{missing.join(', ')} is placed but not in the file" unless missing.empty?
      layout
    rescue RuntimeError => error
      reason = error.message.include?("topological_sort") ? "a cell contains itself" : error.message.lines.first.chomp
      raise CannotCheck, "#{path}: cannot be read (#{reason})"
    end

    private

    # KLayout leaves out shapes with too few points and says so on its standard output alone: the check would miss them.
    def whole_shapes(path)
      said = Postpass.said_on_stdout { yield }.lines.map(&:chomp)
      left_out, rest = said.partition { |line| line.match?(/\AWarning: (?!.*prop).*ignored/i) }
      rest.each { |line| puts line }
      return if left_out.empty?
      more = left_out.size > 1 ? ", and #{left_out.size - 1} more" : ""
      raise CannotCheck, "#{path}: cannot be read as drawn (#{left_out.first.sub('Warning: ', '')}#{more}): mend or delete these shapes"
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

    # Both files or none.
    def write(report)
      Postpass.write_whole(@report) { |partial| report.database("drc: postpass").save(partial) } if @report
      Postpass.write_whole(@summary) { |partial| File.write(partial, JSON.pretty_generate(report.summary) + "\n") } if @summary
    rescue CannotCheck
      File.delete(@report) if @report && File.exist?(@report)
      raise
    else
      puts "report: #{@report}" if @report
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
      report = check(layout, shown.cell || single_top(layout, nil), technology, shown.name, Wishes.read(nil, nil, nil, nil, nil))
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
      owners = Technology.owners(layout.technology_name, numbers.map { |info| [info.layer, info.datatype] }, @package)
      "but the layout is of technology #{owners.join(' or ')}" unless owners.empty? || owners.include?(technology.name)
    end

    # Markers of an earlier check of the same cell give way to the new ones; those of other cells and other decks stay.
    def show(view, report, note)
      database = report.database(@engine._generator, note)
      earlier = @engine._rdb_index || (0...view.num_rdbs).find { |number| report.same_place?(view.rdb(number)) }
      index = earlier ? view.replace_rdb(earlier, database) : view.add_rdb(database)
      view.show_rdb(index, view.active_cellview_index)
      RBA::MainWindow.instance.message("Post-passivation DRC: #{report.errors} errors, #{report.warnings} warnings by #{report.technology.identity}, #{note}", 20_000)
    end

  end

end
