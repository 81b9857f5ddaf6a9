using RapidTuner.Core.Workload;
using RapidTuner.Learning.OutputLength;

namespace RapidTuner.Bench.Forecasting;

/// <summary>
/// Expected further tokens of running requests against what came, by how much they had produced; beside it the mean length so
/// far less what was produced. Requests run from their arrival on, a token every <see cref="LoadWindows.TokenS"/>.
/// </summary>
internal static class OutputLengthTable
{
    private static readonly int[] Produced = [0, 64, 256, 1024];

    /// <summary>Prints a line per trace.</summary>
    public static void Print(IEnumerable<(string Name, Trace Trace)> traces, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"| further tokens, expected / came · MAE / MAE of the mean so far | {string.Join(" | ", Produced.Select(p => $"after {p}"))} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", Produced.Length))}");
        foreach (var (name, trace) in traces)
        {
            output.WriteLine($"| {name} | {string.Join(" | ", Produced.Select(p => Cell(trace, p)))} |");
        }
    }

    private static string Cell(Trace trace, int produced)
    {
        var estimate = new OutputLengthEstimate();
        var ends = trace.Requests.OrderBy(r => r.ArrivalS + (r.OutputTokens * LoadWindows.TokenS)).ToArray();
        var from = trace.Requests.Length * 6 / 10;
        var (next, sum) = (0, 0.0);
        double expected = 0, came = 0, error = 0, meanError = 0;
        for (var i = 0; i < trace.Requests.Length; i++)
        {
            var request = trace.Requests[i];
            var nowS = request.ArrivalS + (produced * LoadWindows.TokenS);
            for (; next < ends.Length && ends[next].ArrivalS + (ends[next].OutputTokens * LoadWindows.TokenS) <= nowS; next++)
            {
                estimate.AddFinished(ends[next].PromptTokens, ends[next].OutputTokens);
                sum += ends[next].OutputTokens;
            }

            if (i < from || request.OutputTokens <= produced)
            {
                continue;
            }

            var (said, truth) = (estimate.Remaining(request.PromptTokens, produced), request.OutputTokens - produced);
            expected += said;
            came += truth;
            error += Math.Abs(said - truth);
            meanError += Math.Abs(Math.Max(1, (sum / next) - produced) - truth);
        }

        return came == 0 ? "–" : $"{expected / came:0.00} · {error / meanError:0.00}";
    }
}
