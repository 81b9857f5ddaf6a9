namespace RapidTuner.Jobs;

/// <summary>One run of a job, as its work sees it.</summary>
/// <param name="Id">Unique name of the run.</param>
/// <param name="Trigger">What set it off: "cron", "drift", "manual", "recovery".</param>
/// <param name="Report">Called with how far it is, 0 to 1; as often as the work likes.</param>
internal sealed record JobRun(string Id, string Trigger, Action<double> Report);
