using RapidTuner.Learning.Forecasting;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>One pass over a log's windows: lines over time, and forecasts made again as the service would have made them.</summary>
internal sealed class WindowPass
{
    private const double ShownHorizonS = 10;

    private static readonly int[] Widths = [1, 10, 60];

    private readonly LoadForecast _forecast = new();
    private readonly Dictionary<(LoadSeries Series, int Horizon), Score> _scores = [];
    private readonly Queue<Open>[,] _open;
    private readonly Past[] _past = new Past[Enum.GetValues<LoadSeries>().Length];

    /// <summary>Prepares a pass.</summary>
    public WindowPass()
    {
        _open = new Queue<Open>[Enum.GetValues<LoadSeries>().Length, Horizons.Count];
        foreach (var series in Enum.GetValues<LoadSeries>())
        {
            for (var h = 0; h < Horizons.Count; h++)
            {
                _open[(int)series, h] = new Queue<Open>();
                _scores[(series, h)] = new Score();
            }
        }
    }

    /// <summary>The finest width whose windows reach back as far as any do, for retention keeps fine ones for less long; 0 when the log has none.</summary>
    public static int WidthOf(Log log)
    {
        var starts = Widths.Select(w => (Width: w, StartUs: log.Windows(w).Select(r => (long?)r.StartUs).FirstOrDefault())).Where(w => w.StartUs is not null).ToArray();
        return starts.Length == 0 ? 0 : starts.First(w => w.StartUs <= starts.Min(s => s.StartUs) + (Widths[^1] * Micros.PerS)).Width;
    }

    /// <summary>Runs over the windows.</summary>
    /// <param name="log">The log.</param>
    /// <param name="widthS">Width of the windows, seconds.</param>
    /// <param name="points">Most points of a line.</param>
    /// <param name="cancel">Ends the pass.</param>
    public IReadOnlyList<TimelinePoint> Timeline(Log log, int widthS, int points, CancellationToken cancel)
    {
        var spanS = Math.Max(widthS, Micros.ToS(log.ToUs - log.FromUs));
        var bucketS = Math.Max(widthS, Math.Ceiling(spanS / points / widthS) * widthS);
        var line = new List<TimelinePoint>();
        var bucket = new Bucket();
        var at = long.MinValue;
        var said = widthS == 1 ? [] : Forecasts(log, PlaceOf, cancel);
        foreach (var window in log.Windows(widthS))
        {
            cancel.ThrowIfCancellationRequested();
            var place = PlaceOf(window);
            if (place != at && bucket.Any)
            {
                line.Add(Point());
                bucket = new Bucket();
            }

            at = place;
            bucket.Add(window, widthS == 1 ? Forecast(window) : double.NaN);
        }

        if (bucket.Any)
        {
            line.Add(Point());
        }

        return line;

        long PlaceOf(WindowRecord window) => (long)Math.Floor(Micros.ToS(window.StartUs - log.FromUs) / bucketS);

        TimelinePoint Point() => bucket.Point(at * bucketS) is var point && said.TryGetValue(at, out var sum)
            ? point with { ForecastPromptTokensPerS = sum.Sum / sum.Count }
            : point;
    }

    // Forecasts are of seconds: where lines are drawn from wider windows, those of a second that are left are read beside them.
    private Dictionary<long, (double Sum, int Count)> Forecasts(Log log, Func<WindowRecord, long> placeOf, CancellationToken cancel)
    {
        var said = new Dictionary<long, (double Sum, int Count)>();
        foreach (var window in log.Windows(1))
        {
            cancel.ThrowIfCancellationRequested();
            if (Forecast(window) is var forecast && double.IsFinite(forecast))
            {
                var (sum, count) = said.GetValueOrDefault(placeOf(window));
                said[placeOf(window)] = (sum + forecast, count + 1);
            }
        }

        return said;
    }

    /// <summary>Skill per series and horizon, where enough was scored.</summary>
    public IReadOnlyList<ForecastSkill> Skill() =>
    [
        .. _scores.Where(s => s.Value.Count >= 20).OrderBy(s => s.Key).Select(s => new ForecastSkill(
            Name(s.Key.Series),
            Horizons.S[s.Key.Horizon],
            _forecast[s.Key.Series].Methods[_forecast[s.Key.Series].ChosenOf(s.Key.Horizon)].Name,
            s.Value.Mase,
            s.Value.Coverage,
            s.Value.Count)),
    ];

    private static string Name(LoadSeries series) => series switch
    {
        LoadSeries.Requests => "requests_per_s",
        LoadSeries.PromptTokens => "prompt_tokens_per_s",
        _ => "output_tokens_per_s",
    };

    // Takes a window in; what comes back was said about prompt tokens ten seconds before.
    private double Forecast(WindowRecord window)
    {
        var second = window.StartUs / Micros.PerS;
        var load = new LoadWindow(second, window["requests_arrived_per_s"], window["prompt_tokens_arrived_per_s"], window["tokens_out_per_s"]);
        var shown = double.NaN;
        foreach (var series in Enum.GetValues<LoadSeries>())
        {
            var past = _past[(int)series] = _past[(int)series].With(load.Of(series));
            for (var h = 0; h < Horizons.Count; h++)
            {
                var open = _open[(int)series, h];
                while (open.TryPeek(out var said) && said.DueS <= second)
                {
                    open.Dequeue();
                    if (said.DueS == second && past.Bad == said.Before.Bad)
                    {
                        // A forecast is of the mean over its horizon.
                        var came = (past.Sum - said.Before.Sum) / Math.Ceiling(Horizons.S[h]);
                        _scores[(series, h)].Add(said.Said, came, said.Before.Last);
                        shown = series == LoadSeries.PromptTokens && Horizons.S[h].Equals(ShownHorizonS) ? said.Said.Mean : shown;
                    }
                }
            }
        }

        _forecast.Update(in load);
        foreach (var series in Enum.GetValues<LoadSeries>())
        {
            for (var h = 0; h < Horizons.Count; h++)
            {
                _open[(int)series, h].Enqueue(new Open(second + (long)Math.Ceiling(Horizons.S[h]), _forecast.At(series, Horizons.S[h]), _past[(int)series]));
            }
        }

        return shown;
    }

    // What came of a series so far: its sum, its last value, and how many of its values were none.
    private readonly record struct Past(double Sum, double Last, long Bad)
    {
        public Past With(double value) => double.IsFinite(value) ? new Past(Sum + value, value, Bad) : this with { Bad = Bad + 1 };
    }

    private readonly record struct Open(long DueS, Forecast Said, Past Before);

    private sealed class Score
    {
        private double _error;
        private double _naive;
        private long _inside;

        public long Count { get; private set; }

        public double Mase => _naive > 0 ? _error / _naive : double.NaN;

        public double Coverage => Count > 0 ? (double)_inside / Count : double.NaN;

        public void Add(Forecast said, double came, double last)
        {
            if (said.Scores > 0 && double.IsFinite(said.Mean))
            {
                Count++;
                _error += Math.Abs(said.Mean - came);
                _naive += Math.Abs(last - came);
                _inside += came >= said.Low && came <= said.High ? 1 : 0;
            }
        }
    }

    private sealed class Bucket
    {
        private static readonly string[] Features =
        [
            "requests_arrived_per_s", "ttft_s_p90", "itl_s_p99", "split_prefill_share", "split_decode_share",
            "prefill_queued_tokens_mean", "decode_sequences_mean", "kv_used_share_max", "prompt_tokens_arrived_per_s",
        ];

        private readonly double[] _sums = new double[Features.Length + 1];
        private readonly int[] _counts = new int[Features.Length + 1];
        private double _ended;
        private double _attained;
        private double _seconds;

        public bool Any => _seconds > 0;

        public void Add(WindowRecord window, double forecast)
        {
            _seconds += window.WidthS;
            var ended = window.WidthS * (Zero(window["requests_finished_per_s"]) + Zero(window["requests_rejected_per_s"]) + Zero(window["requests_cancelled_per_s"]));
            _ended += ended;
            _attained += ended * Zero(window["attained_share"]);
            for (var f = 0; f < Features.Length; f++)
            {
                Add(f, window[Features[f]]);
            }

            Add(Features.Length, forecast);
        }

        public TimelinePoint Point(double fromS) => new(
            fromS, Mean(0), _attained / _seconds, _ended > 0 ? _attained / _ended : double.NaN, Mean(1), Mean(2), Mean(3), Mean(4), Mean(5), Mean(6), Mean(7), Mean(8), Mean(9));

        private static double Zero(double value) => double.IsFinite(value) ? value : 0;

        private void Add(int at, double value)
        {
            if (double.IsFinite(value))
            {
                _sums[at] += value;
                _counts[at]++;
            }
        }

        private double Mean(int at) => _counts[at] > 0 ? _sums[at] / _counts[at] : double.NaN;
    }
}
