using System.Text.Json;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Q;

/// <summary>A learned value of states and actions. Immutable; safe from several threads; a value allocates nothing.</summary>
public sealed class QModel
{
    /// <summary>Most numbers that an action sets.</summary>
    internal const int ActionValuesMax = 8;

    private readonly TreeEnsemble _trees;
    private readonly double[][]? _actionValues;
    private readonly double _backlogPotential;

    internal QModel(TreeEnsemble trees, IReadOnlyList<string> fields, IReadOnlyList<string> actions, double[][]? actionValues, double betaPerS, double backlogPotential)
    {
        (_trees, Fields, Actions, _actionValues, BetaPerS, _backlogPotential) = (trees, fields, actions, actionValues, betaPerS, backlogPotential);
    }

    /// <summary>Names of a state's fields: those of <see cref="PlanState"/>, in attained requests, or of <see cref="PlanFeatures"/>, in seconds' worth of arrivals that attain.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Names of the actions.</summary>
    public IReadOnlyList<string> Actions { get; }

    /// <summary>What an action sets, in numbers; empty where actions are categories.</summary>
    public IReadOnlyList<double> ValuesOf(int action) => _actionValues is null ? [] : _actionValues[action];

    /// <summary>Discount rate, per second.</summary>
    public double BetaPerS { get; }

    /// <summary>Plans that it was fitted on.</summary>
    public int Rows { get; init; }

    /// <summary>Iterations of the fit.</summary>
    public int Iterations { get; init; }

    /// <summary>Seed of the fit.</summary>
    public ulong Seed { get; init; }

    /// <summary>Device that it was learned on; "" when not said.</summary>
    public string Device { get; init; } = "";

    /// <summary>Model that it was learned on; "" when not said.</summary>
    public string Model { get; init; } = "";

    internal TreeEnsemble Trees => _trees;

    /// <summary>The best action's value in a state of <see cref="PlanState"/>'s fields: finite, 0 or more.</summary>
    public double Value(in PlanState state)
    {
        Span<double> fields = stackalloc double[PlanState.Features];
        state.CopyTo(fields);
        return Value(fields);
    }

    /// <summary>The best action's value in a state: finite, 0 or more.</summary>
    /// <param name="state">In the order of <see cref="Fields"/>.</param>
    public double Value(ReadOnlySpan<double> state)
    {
        Span<double> q = stackalloc double[PlanLog.ActionsMax];
        q = q[..Actions.Count];
        Q(state, q);
        var best = double.NegativeInfinity;
        foreach (var one in q)
        {
            best = Math.Max(best, one);
        }

        return double.IsFinite(best) ? Math.Max(0, best) : 0;
    }

    /// <summary>Values of every action in a state of <see cref="PlanState"/>'s fields, in the order of <see cref="Actions"/>.</summary>
    public void Q(in PlanState state, Span<double> into)
    {
        Span<double> fields = stackalloc double[PlanState.Features];
        state.CopyTo(fields);
        Q(fields, into);
    }

    /// <summary>Values of every action in a state, in the order of <see cref="Actions"/>.</summary>
    /// <param name="state">In the order of <see cref="Fields"/>.</param>
    /// <param name="into">One place per action.</param>
    /// <exception cref="ArgumentException">The state has other fields.</exception>
    public void Q(ReadOnlySpan<double> state, Span<double> into)
    {
        if (state.Length != Fields.Count)
        {
            throw new ArgumentException($"a state of {state.Length} fields is asked of a value function of {Fields.Count}", nameof(state));
        }

        var width = _trees.Features;
        Span<double> rows = stackalloc double[PlanLog.ActionsMax * (PlanFeatures.Count + ActionValuesMax)];
        rows = rows[..(Actions.Count * width)];
        for (var a = 0; a < Actions.Count; a++)
        {
            var row = rows.Slice(a * width, width);
            state.CopyTo(row);
            PlanLog.FillAction(row[state.Length..], _actionValues, a);
        }

        _trees.Predict(rows, into[..Actions.Count]);
        if (_backlogPotential > 0)
        {
            for (var a = 0; a < Actions.Count; a++)
            {
                // The potential that shaping added is taken off again: values are in requests.
                into[a] -= _backlogPotential * state[2];
            }
        }
    }

    /// <summary>Writes it to a file.</summary>
    public void Save(string path)
    {
        var header = new QModelHeader
        {
            Kind = QModelHeader.KindName,
            Fields = Fields,
            Actions = Actions,
            ActionValues = _actionValues,
            BetaPerS = BetaPerS,
            BacklogPotential = _backlogPotential,
            Rows = Rows,
            Iterations = Iterations,
            Seed = Seed,
            Device = Device,
            Model = Model,
        };
        ArtefactFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(header, ArtefactFile.Json), TreeEnsembleCodec.Write(_trees));
    }

    /// <summary>Reads it from a file.</summary>
    /// <exception cref="BadInputException">The file is damaged, crafted, newer than this program, or holds no value function of these fields.</exception>
    public static QModel Load(string path)
    {
        var (bytes, payload) = ArtefactFile.Read(path);
        QModelHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<QModelHeader>(bytes.Span, ArtefactFile.Json);
        }
        catch (JsonException bad)
        {
            throw new BadInputException(path, $"has a header that cannot be read ({bad.Message.Split('.')[0]})", "fit the value function again");
        }

        if (header?.Fault() is { } fault)
        {
            throw new BadInputException(path, fault, "fit the value function again");
        }

        var trees = TreeEnsembleCodec.Read(payload, path);
        var (fields, values) = (header!.Fields!.Count, header.ActionValues);
        if (trees.Features != fields + (values is null ? 1 : values[0].Length) || (values is null && trees.CategoriesOf(fields) != header.Actions!.Count))
        {
            throw new BadInputException(path, "has trees of other fields or actions than its header says", "fit the value function again");
        }

        return new QModel(trees, header.Fields, header.Actions!, values, header.BetaPerS, header.BacklogPotential)
        {
            Rows = header.Rows, Iterations = header.Iterations, Seed = header.Seed, Device = header.Device ?? "", Model = header.Model ?? "",
        };
    }
}
