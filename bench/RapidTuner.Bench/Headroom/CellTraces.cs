using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Bench.Headroom;

/// <summary>Where a cell's requests come from: a trace of the folder, or, where it has none of that name, the bundled load, which is then said on stderr.</summary>
internal static class CellTraces
{
    /// <summary>A cell with the first <paramref name="requests"/> requests of a window of its workload.</summary>
    public static ReplayScene Scene(Cell cell, SpecCatalogue catalogue, string folder, TraceWindow window, int requests) => new()
    {
        Trace = First(window.Of(Load(folder, cell.Workload)), requests),
        Device = catalogue.Device(cell.Device),
        Model = catalogue.Model(cell.Model),
        Stack = catalogue.Stack("graphs"),
    };

    /// <summary>The first <paramref name="requests"/> requests of a trace.</summary>
    public static Trace First(Trace trace, int requests) => trace with { Requests = trace.Requests[..Math.Min(requests, trace.Requests.Length)] };

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
