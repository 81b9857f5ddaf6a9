using System.Globalization;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Calibration;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Bench.Accuracy;

/// <summary>
/// A real server's requests, replayed with the constants of tables of single kernels alone, and with what those tables cannot hold (host
/// time, the link between devices) fitted to the first third of each server's requests and scored on the rest.
/// </summary>
internal sealed class RequestsAccuracy(string path, SpecCatalogue catalogue, TextWriter output)
{
    private const int FittedPart = 3;
    private const double Noise = 0.05;

    private static readonly string[] Fitted =
    [
        "stack.prefill_fixed_s", "stack.decode_fixed_s", "stack.prefill_per_sequence_s", "stack.decode_per_sequence_s",
        "cost.all_reduce_floor_s", "cost.collective_efficiency",
    ];

    public void Print()
    {
        var servers = ServedRequests.Read(path).GroupBy(r => r.Server).Select(s => new ServerReplay(s.Key, [.. s], catalogue)).ToArray();
        var kernels = catalogue.Device(servers[0].Setting.Gpu);
        kernels = kernels with { Fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>(
            kernels.Fits.ToDictionary(f => f.Key, f => (IReadOnlyDictionary<string, Constant>)f.Value.Where(c => !Fitted.Contains(c.Key)).ToDictionary(c => c.Key, c => c.Value))) };
        var pair = FittedPair.Of(kernels, catalogue.Stack(ServerReplay.Stack));
        var alone = new Dictionary<string, Constant>();
        Table("kernels' tables alone, all requests", servers, pair, alone, _ => 0);

        var constants = Fit(servers, pair);
        Table("host and link fitted to the first third of the requests, the rest scored", servers, pair, constants, s => s.Count / FittedPart);
        output.WriteLine();
        foreach (var (key, constant) in constants)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- `{key}` {constant.Value:G5} {constant.Unit}, {constant.Low:G5} to {constant.High:G5}"));
        }
    }

    private static Dictionary<string, Constant> Fit(ServerReplay[] servers, FittedPair pair)
    {
        var free = Fitted.Select(key => new FreeConstant(key, pair.ConstantOf(key), FittedKeys.BoundsOf(key))).ToArray();
        var (parameters, errors) = new LeastSquares(Residuals, free, Noise).Fit();
        return free.Select((f, p) => (f.Key, Value: f.Fitted(parameters[p], errors[p], "vllm-requests.csv, first third of each server's requests"))).ToDictionary(f => f.Key, f => f.Value);

        double[] Residuals(double[] at)
        {
            var constants = free.Select((f, p) => (f.Key, Value: f.Constant with { Value = Math.Exp(at[p]) })).ToDictionary(f => f.Key, f => f.Value);
            return [.. servers.SelectMany(s => s.Measured.Zip(s.Twin(pair, constants)).Take(s.Count / FittedPart).Select(t => Math.Log(t.Second.TpotS / t.First.TpotS)))];
        }
    }

    private void Table(string title, ServerReplay[] servers, FittedPair pair, IReadOnlyDictionary<string, Constant> constants, Func<ServerReplay, int> from)
    {
        output.WriteLine();
        output.WriteLine($"### {Path.GetFileName(path)}, replayed through the scheduler: {title}");
        output.WriteLine();
        output.WriteLine("| server | requests | mean TPOT ms | twin | error | tokens/s | twin | error | median TTFT s | twin | error |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var server in servers)
        {
            var measured = Summary.Of(server.Measured.Skip(from(server)));
            var twin = Summary.Of(server.Twin(pair, constants).Skip(from(server)));
            output.WriteLine(
                $"| {server.Setting} | {server.Count - from(server)} | {measured.TpotS * 1e3:0.0} | {twin.TpotS * 1e3:0.0} | {Error(twin.TpotS, measured.TpotS)} "
                + $"| {measured.TokensPerS:0} | {twin.TokensPerS:0} | {Error(twin.TokensPerS, measured.TokensPerS)} "
                + $"| {measured.TtftS:0.000} | {twin.TtftS:0.000} | {Error(twin.TtftS, measured.TtftS)} |");
        }

        output.WriteLine("| aim | | | | ≤ 5 % | | | ≤ 3 % | | | ≤ 15 % |");
    }

    private static string Error(double twin, double measured) => $"{(twin / measured) - 1:+0.0%;-0.0%;0.0%}";
}
