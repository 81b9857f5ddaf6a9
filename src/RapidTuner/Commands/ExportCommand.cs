using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Exchange;
using RapidTuner.Recording;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Commands;

/// <summary><c>export</c>: a store as plain files with a data dictionary.</summary>
internal sealed class ExportCommand
{
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _out = new("--out") { HelpName = "FOLDER", Description = "An empty or a new folder." };
    private readonly Option<string?> _format = new("--format") { HelpName = "csv|jsonl", Description = "Format of the files. Default csv." };
    private readonly Option<string?> _tables = new("--tables") { HelpName = "T,…", Description = "Tables. Default all; runs always go along." };
    private readonly Option<string?> _since = new("--since") { HelpName = "TIME", Description = "From this time on, such as 2026-11-25T12:00:00Z." };
    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "Up to this time." };
    private readonly Option<string?> _run = new("--run") { HelpName = "N", Description = "One run alone." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var options = new ExportCommand();
        var command = new CheckedCommand("export", "Writes a store as CSV or JSON lines with a data dictionary.", (parsed, problems) => options.Read(parsed, problems));
        options._store.AddTo(command);
        foreach (var option in (Option[])[options._out, options._format, options._tables, options._since, options._until, options._run, options._json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => options.Run(terminal, parsed.CommandResult));
        return command;
    }

    private int Run(Terminal terminal, CommandResult parsed)
    {
        var problems = new Problems();
        var (choice, folder, selection) = Read(parsed, problems);
        problems.ThrowIfAny();
        using var store = choice!.Open(terminal.Clock, readOnly: true);
        var written = new ExportFolder(store, folder!, selection, CommandTree.Version).Write();
        Report.Rows(terminal, parsed.GetValue(_json), "exported", folder!, written.Tables.ToDictionary(t => t.Name, t => t.Rows));
        return ExitCode.Done;
    }

    private (StoreChoice? Choice, string? Folder, ExportSelection Selection) Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var choice = _store.ReadExisting(given, problems);
        var folder = given.Text(_out);
        if (folder is null)
        {
            problems.Add("--out", "is missing", "name an empty or a new folder");
        }

        var known = TelemetryTables.All.Select(t => t.Name).ToArray();
        var tables = given.Text(_tables)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var table in tables.Except(known))
        {
            problems.Add("--tables", $"{table} is no table", $"known: {string.Join(", ", known)}");
        }

        var selection = new ExportSelection
        {
            Format = given.OneOf(_format, ExchangeFormat.Csv, ("csv", ExchangeFormat.Csv), ("jsonl", ExchangeFormat.Jsonl)),
            Tables = tables,
            FromUs = Time(given, _since, problems) ?? long.MinValue,
            ToUs = Time(given, _until, problems) ?? long.MaxValue,
            Run = given.Text(_run) is null ? null : given.Whole(_run, 1, 1, int.MaxValue),
        };
        return (choice, folder, selection);
    }

    private static long? Time(GivenOptions given, Option<string?> option, Problems problems)
    {
        if (given.Text(option) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1e12)
        {
            return Micros.FromS(seconds);
        }

        problems.Add(option.Name, $"is `{text}`", "give a time such as 2026-11-25T12:00:00Z, or Unix seconds");
        return null;
    }
}
