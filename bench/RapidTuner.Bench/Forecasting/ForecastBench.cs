using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Transforms;
using RapidTuner.Learning.Forecasting;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace RapidTuner.Bench.Forecasting;

/// <summary>
/// What forecasting is worth on each trace: the error of every method, and of the one that the rolling back-test chose at the
/// time, over the later part of the trace; trees are trained on the part before. Then what an update costs.
/// </summary>
internal sealed class ForecastBench : IBench
{
    private const double TrainShare = 0.6;

    public string Name => "forecast";

    public string About => "MASE per horizon, method and trace, coverage of intervals, cost of an update, error of output lengths; --folder --only --series";

    public void Run(BenchOptions options, TextWriter output)
    {
        var folder = options.Text("folder", "../shared/workloads");
        var only = options.Text("only", "");
        var all = options.Text("series", "all").Split(',');
        options.Check();
        var traces = Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal).Append("shifting").Where(f => f.Contains(only, StringComparison.Ordinal)).ToArray();
        foreach (var file in traces)
        {
            var trace = Spread(WorkloadSource.Load(file, 1));
            foreach (var series in Enum.GetValues<LoadSeries>().Where(s => all is ["all"] || all.Contains(s.ToString())))
            {
                Score(Path.GetFileNameWithoutExtension(file), series, LoadWindows.Of(trace, series), output);
            }
        }

        OutputLengthTable.Print(traces.Select(f => (Path.GetFileNameWithoutExtension(f), Spread(WorkloadSource.Load(f, 1)))), output);
        Costs(output);
    }

    /// <summary>Coarse stamps are spread; a trace of less than a request in ten seconds is run a hundred times faster.</summary>
    private static Trace Spread(Trace trace)
    {
        var plan = new TracePlan { RateScale = trace.Requests.Length / trace.SpanS < 0.1 ? 100 : 1 };
        return plan.Apply(trace, 1);
    }

    private static void Score(string trace, LoadSeries kind, double[] values, TextWriter output)
    {
        var from = (int)(TrainShare * values.Length);
        var trees = ForecastTrees.Fit(values.AsSpan(0, from));
        var series = new SeriesForecast();
        var tally = new ForecastTally(series.Methods.Count);
        for (var now = 0; now < values.Length; now++)
        {
            if (now == from)
            {
                series.Use(trees);
            }

            series.Update(now, values[now]);
            if (now >= from)
            {
                tally.Add(series, values, now);
            }
        }

        output.WriteLine();
        output.WriteLine($"### {trace}: {kind} ({values.Length - from} s scored after {from} s)");
        output.WriteLine();
        output.WriteLine($"| MASE | {string.Join(" | ", Horizons.S.ToArray().Select(h => $"{h:0.#} s"))} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", Horizons.Count))}");
        for (var m = 0; m < series.Methods.Count; m++)
        {
            output.WriteLine($"| {series.Methods[m].Name} | {Cells(h => tally.MaseOf(h, m))} |");
        }

        output.WriteLine($"| **chosen** | {Cells(tally.MaseOfChosen)} |");
        output.WriteLine($"| 90 % interval holds | {Cells(tally.Coverage)} |");
        output.WriteLine($"| its width / mean | {Cells(tally.Width)} |");
    }

    private static string Cells(Func<int, double> of) => string.Join(" | ", Enumerable.Range(0, Horizons.Count).Select(h => $"{of(h):0.00}"));

    private static void Costs(TextWriter output)
    {
        var values = LoadWindows.Of(SyntheticLoad.Of(20_000, 5, 1), LoadSeries.Requests);
        var trees = ForecastTrees.Fit(values)!;
        output.WriteLine();
        output.WriteLine("| update with forecasts at all horizons | µs | bytes |");
        output.WriteLine("|---|---:|---:|");
        var plain = new SeriesForecast();
        Cost("one series, without trees", (s, v) => plain.Update(s, v), values, output);
        var full = new SeriesForecast(trees);
        Cost("one series, with trees", (s, v) => full.Update(s, v), values, output);
        var load = new LoadForecast(Enum.GetValues<LoadSeries>().ToDictionary(s => s, _ => trees));
        Cost("all three series, with trees", (s, v) => load.Update(new LoadWindow(s, v, v * 800, v * 200)), values, output);
        foreach (var method in full.Methods)
        {
            var means = new double[Horizons.Count];
            Cost($"`{method.Name}` alone", (s, v) => { method.Update(s, v); method.Forecast(means); }, values, output);
        }
    }

    private static void Cost(string name, Action<long, double> update, double[] values, TextWriter output)
    {
        var (best, bytes, at) = (double.PositiveInfinity, 0L, 0L);
        for (var round = 0; round < 12; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var value in values)
            {
                update(at++, value);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / values.Length);
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        output.WriteLine($"| {name} | {best:0.00} | {bytes / values.Length} |");
    }
}
