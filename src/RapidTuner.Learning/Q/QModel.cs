using System.Text.Json;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Q;

/// <summary>A learned value of states and actions, in attained requests. Immutable; safe from several threads; a value allocates nothing.</summary>
public sealed class QModel : ITerminalValue
{
    private readonly TreeEnsemble _trees;
    private readonly double _backlogPotential;

    internal QModel(TreeEnsemble trees, IReadOnlyList<string> actions, double betaPerS, double backlogPotential)
    {
        (_trees, Actions, BetaPerS, _backlogPotential) = (trees, actions, betaPerS, backlogPotential);
    }

    /// <summary>Names of the actions.</summary>
    public IReadOnlyList<string> Actions { get; }

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

    /// <inheritdoc/>
    public double Value(in PlanState state)
    {
        Span<double> q = stackalloc double[PlanLog.ActionsMax];
        q = q[..Actions.Count];
        Q(in state, q);
        var best = double.NegativeInfinity;
        foreach (var one in q)
        {
            best = Math.Max(best, one);
        }

        return double.IsFinite(best) ? Math.Max(0, best) : 0;
    }

    /// <summary>Values of every action in a state, in the order of <see cref="Actions"/>.</summary>
    public void Q(in PlanState state, Span<double> into)
    {
        const int Width = PlanState.Features + 1;
        Span<double> rows = stackalloc double[PlanLog.ActionsMax * Width];
        rows = rows[..(Actions.Count * Width)];
        for (var a = 0; a < Actions.Count; a++)
        {
            state.CopyTo(rows[(a * Width)..]);
            rows[(a * Width) + PlanState.Features] = a;
        }

        _trees.Predict(rows, into[..Actions.Count]);
        for (var a = 0; a < Actions.Count; a++)
        {
            // The potential that shaping added is taken off again: values are in requests.
            into[a] -= _backlogPotential * state.PrefillQueued;
        }
    }

    /// <summary>Writes it to a file.</summary>
    public void Save(string path)
    {
        var header = new QModelHeader
        {
            Kind = QModelHeader.KindName,
            Fields = PlanState.Names,
            Actions = Actions,
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
        if (trees.Features != PlanState.Features + 1 || trees.CategoriesOf(PlanState.Features) != header!.Actions!.Count)
        {
            throw new BadInputException(path, "has trees of other fields or actions than its header says", "fit the value function again");
        }

        return new QModel(trees, header.Actions, header.BetaPerS, header.BacklogPotential)
        {
            Rows = header.Rows, Iterations = header.Iterations, Seed = header.Seed, Device = header.Device ?? "", Model = header.Model ?? "",
        };
    }
}
