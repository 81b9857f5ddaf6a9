using System.Text.Json;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;

namespace RapidTuner.Serving;

/// <summary>The load that a device can take: the shipped table of max_goodput, or for other pairs a roofline estimate.</summary>
internal static class RateTable
{
    /// <summary>
    /// max_goodput of a pair from <c>models/rates.json</c>, requests per second; null when the table does not have it.
    /// </summary>
    public static double? Shipped(string device, string model, int tensorParallel, string load)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "models", "rates.json");
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var row in document.RootElement.GetProperty("rates").EnumerateArray())
        {
            if (row.GetProperty("device").GetString() == device && row.GetProperty("model").GetString() == model
                && row.GetProperty("tp").GetInt32() == tensorParallel && row.GetProperty("workload").GetString() == load)
            {
                return row.GetProperty("max_goodput_rps").GetDouble();
            }
        }

        return null;
    }

    /// <summary>
    /// A rate at which the mean request keeps the device busy, requests per second: its prefill on the whole device, and its
    /// output at a decode batch of 64 sequences. Contention and queueing take about half of that.
    /// </summary>
    public static double Roofline(IStepLatency cost, int deviceUnits, IReadOnlyCollection<TraceRequest> requests)
    {
        const int batch = 64;
        var prompt = requests.Average(r => r.ComputedTokens);
        var output = requests.Average(r => r.OutputTokens);
        var context = requests.Average(r => r.PromptTokens) + (output / 2);
        var prefillS = cost.AloneS(Phase.Prefill, StepWork.Prefill(1, 2048, 0), deviceUnits) * prompt / 2048;
        var decodeS = cost.AloneS(Phase.Decode, StepWork.Decode(batch, (long)(batch * context)), deviceUnits) * output / batch;
        return 0.5 / (prefillS + decodeS);
    }
}
