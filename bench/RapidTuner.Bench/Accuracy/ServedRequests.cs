using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Reads a table of measured requests.</summary>
internal static class ServedRequests
{
    private const double MillisecondS = 1e-3;

    /// <summary>The requests, each server's in order of arrival at its engine.</summary>
    /// <exception cref="BadInputException">A cell cannot be used; all problems at once.</exception>
    public static IReadOnlyList<ServedRequest> Read(string path)
    {
        var problems = new Problems();
        var csv = CsvFile.Read(path, problems);
        var requests = csv.Lines.Select(line =>
        {
            var server = new ServerSetting(
                csv.Text(line, "gpu"), csv.Text(line, "model"), csv.Whole(line, "tp", 1), csv.Whole(line, "dp", 1),
                csv.Whole(line, "max_num_seqs", 1), csv.Whole(line, "max_batched_tokens", 16));
            var arrivalS = csv.Text(line, "engine_queued_s") is "0.000000" ? 0 : csv.Positive(line, "engine_queued_s");
            var timing = new RequestTiming(
                arrivalS, csv.Positive(line, "ttft_from_queued_ms") * MillisecondS, csv.Positive(line, "tpot_ms") * MillisecondS,
                arrivalS + (csv.Positive(line, "e2e_from_queued_ms") * MillisecondS), csv.Whole(line, "output_tokens", 1));
            return new ServedRequest(server, csv.Whole(line, "input_tokens", 1), timing);
        }).ToArray();
        problems.ThrowIfAny();
        return [.. requests.OrderBy(r => r.Timing.ArrivalS)];
    }
}
