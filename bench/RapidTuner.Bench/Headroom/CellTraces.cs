using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads;

namespace RapidTuner.Bench.Headroom;

/// <summary>Where a cell's requests come from: a trace of the folder, or, where it has none of that name, the bundled load, which is then said on stderr.</summary>
internal static class CellTraces
{
    /// <summary>Loads a workload.</summary>
    /// <param name="folder">Folder of traces, <c>--traces</c>.</param>
    /// <param name="workload">File name without extension, or a bundled spec.</param>
    /// <exception cref="BadInputException">There is no such folder: results would be of other requests than they say.</exception>
    public static Trace Load(string folder, string workload)
    {
        if (!Directory.Exists(folder))
        {
            throw new BadInputException("--traces", $"{Path.GetFullPath(folder)} is no folder", "give the one that holds the recorded traces");
        }

        var file = Path.Combine(folder, workload + ".csv");
        if (File.Exists(file))
        {
            return WorkloadSource.Load(file, 1);
        }

        Console.Error.WriteLine($"{workload}: not in {folder}, so the bundled generated load of that name is taken");
        return WorkloadSource.Load(workload, 1);
    }
}
