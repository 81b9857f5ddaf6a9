using System.Globalization;
using System.Text.RegularExpressions;

namespace RapidTuner.Learning.Physics.Readings;

/// <summary>A probe of one resource on a share of the units: a rate or a time.</summary>
internal sealed partial class ShareProbeReading : IWorkReading
{
    public string Kind => "share-probe";

    public IReadOnlyList<string> Required => ["probe", "sm_share|num_sms+total_sms"];

    public IReadOnlyList<string[]> Levels => [["probe"], ["probe", "gpu"], ["probe", "gpu", "case"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var share = columns.Number("sm_share", row, columns.Number("num_sms", row, 1) / columns.Number("total_sms", row, 1));
        var rate = columns.Text("unit", row).Contains("/s", StringComparison.OrdinalIgnoreCase);
        var (m, n, k) = Case(columns.Text("case", row));
        var probe = columns.Text("probe", row);
        var memory = probe.Contains("bandwidth", StringComparison.OrdinalIgnoreCase);
        var flop = 2 * m * n * k / 1e12;
        var gb = 2 * ((m * k) + (k * n) + (m * n)) / 1e9;
        return new WorkRow
        {
            Tflop = memory ? 0 : flop,
            WeightGb = rate && !memory ? 0 : gb,
            Share = share,
            Tiles = Math.Ceiling(m / 64) * Math.Ceiling(n / 64),
            Units = columns.Number("num_sms", row, share * device.Units),
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
            IsRate = rate,
            LogOffset = rate ? Math.Log(1e6 * (memory ? gb : flop * 1e3)) : 0,
        };
    }

    /// <summary>Dimensions from texts such as M16_K4096_N128, 8192x8192, 1024cube.</summary>
    private static (double M, double N, double K) Case(string text)
    {
        double[] numbers = [.. Numbers().Matches(text).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        return numbers.Length switch
        {
            >= 3 => (numbers[0], numbers[2], numbers[1]),
            2 => (1, numbers[0], numbers[1]),
            1 => (numbers[0], numbers[0], numbers[0]),
            _ => (1024, 1024, 1024),
        };
    }

    [GeneratedRegex(@"\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
