using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Commands;

/// <summary>The options of <c>calibrate</c> and what they mean (CONTRACT §2).</summary>
internal sealed class CalibrateArguments
{
    private readonly Option<string?> _table = Text("--table", "FILE", "Measured times (CSV); what they are is told by the columns.");
    private readonly Option<bool> _check = new("--check") { Description = "Scores the twin on the table instead of fitting it." };
    private readonly Option<string?> _device = Text("--device", "D", "Device: a name or a JSON file. To score, default the table's own.");
    private readonly Option<string?> _model = Text("--model", "M", "Model: a name or a JSON file. Default the table's own.");
    private readonly Option<string?> _stack = Text("--stack", "S", "Host and launch cost. Default the table's own.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices, models and stacks.");
    private readonly Option<string?> _out = Text("--out", "FILE", "Where the fitted device is written (JSON).");
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>Adds the options to a command.</summary>
    public CalibrateArguments(Command command)
    {
        Option[] all = [_table, _check, _device, _model, _stack, _models, _out, _json];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads a command line; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public CalibrateRequest? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var check = given.Flag(_check);
        var tablePath = given.Text(_table);
        var deviceName = given.Text(_device);
        var outPath = given.OutputFile(_out);
        Need(tablePath is not null, "--table", "name a CSV file of measured times");
        Need(check || deviceName is not null, "--device", "name the device to fit, or give --check to score");
        Need(check || given.Text(_out) is not null, "--out", "name the file to write, or give --check to score");
        if (check && given.Text(_out) is not null)
        {
            problems.Add("--out", "has no meaning with --check", "leave one of them out");
        }

        var catalogue = given.Try(() => given.Text(_models) is { } folder ? SpecCatalogue.Open(folder) : SpecCatalogue.Open());
        var device = given.Try(() => deviceName is null ? null : catalogue?.Device(deviceName));
        var model = given.Try(() => given.Text(_model) is { } name ? catalogue?.Model(name) : null);
        var stack = given.Try(() => given.Text(_stack) is { } name ? catalogue?.Stack(name) : null);
        var table = given.Try(() => tablePath is null ? null : MeasuredTable.Read(tablePath));
        if (table is null || catalogue is null || problems.Any)
        {
            return null;
        }

        var match = TableMatch.Of(table, catalogue, device, model, stack);
        if (match.Rows.Count == 0)
        {
            problems.Add(table.Path, "has no row whose device, model and stack are known", "give --device, --model or --stack");
            return null;
        }

        return new CalibrateRequest(table, match, device, check ? null : outPath, parsed.GetValue(_json));

        void Need(bool there, string option, string mend)
        {
            if (!there)
            {
                problems.Add(option, "is missing", mend);
            }
        }
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
