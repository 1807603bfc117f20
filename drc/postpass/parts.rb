# A layout checked in parts, on several processors or machines: the windows to check, and one result from many.

require "json"

module Postpass

  module Parts

    module_function

    # "left,bottom,right,top" in um of windows side by side over a cell, each about `side_um` wide; findings reach a little
    # beyond the outermost shapes.
    def windows(cell, dbu, side_um)
      box = cell.dbbox.enlarged(1.0, 1.0)
      columns, rows = [box.width, box.height].map { |length| [(length / side_um).round, 1].max }
      raise CannotCheck, "side=%g: makes %d windows: give a larger side" % [side_um, columns * rows] if columns * rows > 1_000_000
      xs, ys = [[box.left, box.width, columns], [box.bottom, box.height, rows]].map do |start, length, count|
        (0..count).map { |number| ((start + length * number / count) / dbu).round * dbu }
      end
      (0...rows).flat_map { |row| (0...columns).map { |column| [xs[column], ys[row], xs[column + 1], ys[row + 1]].map { |length| "%.6g" % length.round(6) }.join(",") } }
    end

    def summary(file, record)
      keys = %w[technology input topcell absent_layers unknown_layers errors warnings rules nets functions]
      return record if record.is_a?(Hash) && keys.all? { |key| record.key?(key) }
      raise CannotCheck, "#{file}: is not the summary of a part"
    end

    # One summary of many, the windows' and at most one of the nets. Raises CannotCheck where a part is missing or doubled.
    def merged(summaries)
      of_one_run(summaries)
      whole, windows = summaries.partition { |summary| summary["window_um"].nil? }
      side_by_side(windows.map { |summary| summary["window_um"] })
      once_only(summaries)
      first = summaries.first
      first.slice("technology", "technology_title", "technology_file", "technology_checksum", "input", "topcell", "absent_layers", "unknown_layers").merge(
        "parts" => summaries.size, "errors" => summaries.sum { |summary| summary["errors"] }, "warnings" => summaries.sum { |summary| summary["warnings"] },
        "rules" => summaries.flat_map { |summary| summary["rules"] }.group_by { |rule| rule["id"] }.values.map { |rules| added(rules) },
        "nets" => whole.flat_map { |summary| summary["nets"] }, "functions" => whole.flat_map { |summary| summary["functions"] })
    end

    def added(rules)
      rules.first.merge("count" => rules.sum { |rule| rule["count"] }, "seconds" => rules.sum { |rule| rule["seconds"] }.round(3))
    end

    def of_one_run(summaries)
      raise CannotCheck, "no part to merge" if summaries.empty?
      %w[technology technology_checksum input topcell].each do |key|
        values = summaries.map { |summary| summary[key] }.uniq
        raise CannotCheck, "the parts are of different runs: #{key} is #{values.join(' and ')}" if values.size > 1
      end
    end

    # Windows must cover a box, each place once.
    def side_by_side(windows)
      return if windows.empty?
      area = windows.sum { |left, bottom, right, top| (right - left) * (top - bottom) }
      box = [windows.map { |w| w[0] }.min, windows.map { |w| w[1] }.min, windows.map { |w| w[2] }.max, windows.map { |w| w[3] }.max]
      whole = (box[2] - box[0]) * (box[3] - box[1])
      overlap = windows.combination(2).find { |a, b| [a[2], b[2]].min - [a[0], b[0]].max > 1e-6 && [a[3], b[3]].min - [a[1], b[1]].max > 1e-6 }
      raise CannotCheck, "the windows #{overlap.map { |w| w.join(',') }.join(' and ')} overlap: their findings would count twice" if overlap
      raise CannotCheck, "a window is missing: the parts cover %.6g of %.6g square um" % [area, whole] if area < whole * (1 - 1e-9)
    end

    # Rules that ran as a whole must not have run twice.
    def once_only(summaries)
      whole = summaries.select { |summary| summary["window_um"].nil? }.flat_map { |summary| summary["rules"].map { |rule| rule["id"] } }
      in_windows = summaries.reject { |summary| summary["window_um"].nil? }.flat_map { |summary| summary["rules"].map { |rule| rule["id"] } }.uniq
      twice = (whole.tally.select { |_, count| count > 1 }.keys + (whole & in_windows)).uniq
      raise CannotCheck, "rule #{twice.first} ran in more than one part for the same places" unless twice.empty?
    end

    # all items of the reports in one database
    def database(reports)
      RBA::ReportDatabase.new(Report::DATABASE).tap do |merged|
        reports.each { |path| copy(loaded(path), merged) }
      end
    end

    def loaded(path)
      RBA::ReportDatabase.new("part").tap { |database| database.load(path) }
    rescue RuntimeError => error
      raise CannotCheck, "#{path}: cannot be read (#{error.message.lines.first.chomp})"
    end

    def copy(from, to)
      to.generator, to.top_cell_name, to.description = from.generator, from.top_cell_name, from.description
      cells, categories = {}, {}
      from.each_category { |category| categories[category.rdb_id] = category_in(to, category).rdb_id }
      from.each_cell { |cell| cells[cell.rdb_id] = (to.cell_by_qname(cell.qname) || to.create_cell(cell.name)).rdb_id }
      from.each_item do |item|
        added = to.create_item(cells[item.cell_id], categories[item.category_id])
        item.each_value { |value| added.add_value(value) }
      end
    end

    def category_in(database, category)
      database.category_by_path(category.path) || database.create_category(category.name).tap { |made| made.description = category.description }
    end

  end

end
