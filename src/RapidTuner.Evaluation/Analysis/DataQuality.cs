using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Gaps, drops, clock steps and mixtures of a log, found while it is read.</summary>
internal sealed class DataQuality(Log log, RequestPass requests)
{
    private readonly List<QualityFinding> _findings = [];

    /// <summary>Everything that was found, in order of weight.</summary>
    public IReadOnlyList<QualityFinding> Findings(int windowWidthS, long decisions, long steps)
    {
        var chosen = log.Chosen.Select(r => r.Record).ToArray();
        var others = log.Runs.Where(r => !r.Chosen).ToArray();
        Add("runs of another device or model, or that overlap the chosen ones in time", others.Length, "they are listed and left out; `--run` chooses one of them");
        Add("program versions beyond the first that wrote the chosen runs", chosen.Select(r => r.Version).Distinct(StringComparer.Ordinal).Count() - 1, "a change of behaviour may be one of the program, not of the load");
        Add("policies beyond the first in the chosen runs", chosen.Select(r => r.Policy).Distinct(StringComparer.Ordinal).Count() - 1, "the policy map and the reasons mix them");
        Requests();
        Windows(windowWidthS);
        Add("chosen runs without any decision", decisions == 0 ? 1 : 0, "no policy map, reasons or explanations");
        Add("chosen runs without any step sample", steps == 0 ? 1 : 0, "no saturation curves, contention map or calibration of predictors; retention may have deleted them");
        var sampling = chosen.Max(r => r.StepSampling);
        Add("steps of which one sample stands for", sampling > 1 ? sampling : 0, "rare steps may be missing from curves");
        return _findings;
    }

    private void Requests()
    {
        Add("requests whose record is missing, by the gaps in their numbers", requests.Missing, "attainment is that of the recorded ones; in flight at the end, or dropped by a full ring");
        Add("requests without a limit on TTFT", requests.Unlimited, "they count as attained in TTFT, as in the log");
        Add("requests that end before they begin: the clock stepped back", requests.Backwards, "their latencies are not usable");
        Add("requests cancelled by their client", requests.Cancelled, "not attained");
    }

    private void Windows(int widthS)
    {
        long gaps = 0, backwards = 0, seen = 0;
        long? nextUs = null;
        foreach (var window in log.Windows(widthS))
        {
            seen++;
            if (nextUs is { } due && window.StartUs != due)
            {
                gaps += window.StartUs > due ? (window.StartUs - due) / (widthS * Micros.PerS) : 0;
                backwards += window.StartUs < due ? 1 : 0;
            }

            nextUs = window.StartUs + (widthS * Micros.PerS);
        }

        Add($"windows of {widthS} s that are missing between others", gaps, "lines over time are broken there: the service was down, or nothing arrived");
        Add("windows earlier than the one before", backwards, "the clock stepped back; such windows stand where they say");
        Add("logs without windows", seen == 0 ? 1 : 0, "no lines over time and no forecasts");
    }

    private void Add(string what, long count, string consequence)
    {
        if (count > 0)
        {
            _findings.Add(new QualityFinding(what, count, consequence));
        }
    }
}
