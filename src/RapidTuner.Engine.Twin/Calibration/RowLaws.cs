using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>The laws of every pair of device and stack among some rows, under trial constants.</summary>
internal sealed class RowLaws
{
    private readonly KnownRow[] _rows;
    private readonly int[] _pairOf;
    private readonly FittedPair[] _pairs;

    public RowLaws(IReadOnlyList<KnownRow> rows)
    {
        _rows = [.. rows];
        var pairs = new List<FittedPair>();
        var known = new Dictionary<(DeviceSpec Device, StackSpec Stack), int>(ReferencePairs.Instance);
        _pairOf = new int[_rows.Length];
        for (var at = 0; at < _rows.Length; at++)
        {
            var key = (_rows[at].Device, _rows[at].Stack);
            if (!known.TryGetValue(key, out var pair))
            {
                known[key] = pair = pairs.Count;
                pairs.Add(FittedPair.Of(key.Device, key.Stack));
            }

            _pairOf[at] = pair;
        }

        _pairs = [.. pairs];
    }

    /// <summary>The pairs, in the order of their first rows.</summary>
    public IReadOnlyList<FittedPair> Pairs => _pairs;

    /// <summary>The same pair with its device's and stack's own constants, as if nothing had been fitted yet.</summary>
    public FittedPair Unfitted(FittedPair pair)
    {
        var row = _rows[Array.IndexOf(_pairOf, Array.IndexOf(_pairs, pair))];
        return new FittedPair(row.Device, row.Stack);
    }

    /// <summary>The laws' times, seconds, with <paramref name="constants"/> in place where they apply.</summary>
    public double[] Predict(IReadOnlyList<(FreeConstant Free, Constant Value)> constants)
    {
        var laws = _pairs.Select(p => new Laws(FittedPair.With(p.Device, p.Stack, For(p.Stack.Name, constants)))).ToArray();
        var predictedS = new double[_rows.Length];
        for (var at = 0; at < _rows.Length; at++)
        {
            predictedS[at] = _rows[at].Row.PredictS(laws[_pairOf[at]], _rows[at].Model);
        }

        return predictedS;
    }

    private static Dictionary<string, Constant> For(string stack, IReadOnlyList<(FreeConstant Free, Constant Value)> constants)
    {
        var here = new Dictionary<string, Constant>(StringComparer.Ordinal);
        foreach (var (free, value) in constants)
        {
            if (free.Stack is null || free.Stack == stack)
            {
                here[free.Key] = value;
            }
        }

        return here;
    }

    /// <summary>Devices and stacks are the same when they are the same objects: comparing their contents would cost more than the law.</summary>
    private sealed class ReferencePairs : IEqualityComparer<(DeviceSpec Device, StackSpec Stack)>
    {
        public static ReferencePairs Instance { get; } = new();

        public bool Equals((DeviceSpec Device, StackSpec Stack) x, (DeviceSpec Device, StackSpec Stack) y) =>
            ReferenceEquals(x.Device, y.Device) && ReferenceEquals(x.Stack, y.Stack);

        public int GetHashCode((DeviceSpec Device, StackSpec Stack) pair) =>
            HashCode.Combine(pair.Device.Name, pair.Stack.Name);
    }
}
