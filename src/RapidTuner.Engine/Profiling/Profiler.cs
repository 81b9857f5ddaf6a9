namespace RapidTuner.Engine.Profiling;

/// <summary>Measures the points of a plan that a file does not have yet, within a budget.</summary>
public static class Profiler
{
    /// <summary>Runs.</summary>
    /// <param name="meter">The backend.</param>
    /// <param name="plan">Points, in the order in which they are wanted.</param>
    /// <param name="file">Where rows are kept; those that it has already are not measured again.</param>
    /// <param name="budget">Time after which no further point is begun.</param>
    /// <param name="clock">The clock of the budget.</param>
    /// <param name="told">Called after each point with how many are done, of how many, and what went wrong with it (null: nothing).</param>
    /// <param name="cancel">Ends the profile after the point in hand.</param>
    public static ProfileSummary Run(
        IStepMeter meter, IReadOnlyList<ProfilePoint> plan, ProfileFile file, TimeSpan budget, TimeProvider clock, Action<int, int, string?> told, CancellationToken cancel)
    {
        var rows = file.Rows.ToList();
        var have = rows.Select(r => r.Point).ToHashSet();
        var (start, done, lost) = (clock.GetTimestamp(), 0, false);
        foreach (var point in plan)
        {
            done++;
            if (have.Contains(point))
            {
                told(done, plan.Count, null);
                continue;
            }

            if (lost || cancel.IsCancellationRequested || clock.GetElapsedTime(start) >= budget)
            {
                break;
            }

            string? problem = null;
            try
            {
                var row = new ProfileRow(point, meter.Measure(point, cancel));
                file.Append(row);
                rows.Add(row);
                have.Add(point);
            }
            catch (StepMeterException failure)
            {
                (problem, lost) = (failure.Message, failure.DeviceLost);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            told(done, plan.Count, problem);
        }

        var facts = lost ? new Dictionary<string, double>(StringComparer.Ordinal) : meter.Facts(cancel);
        return ProfileSummary.Of(meter, rows, plan.Count(p => !have.Contains(p)), facts);
    }
}
