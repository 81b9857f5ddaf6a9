using System.Diagnostics;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Text;
using RapidTuner.Engine.Twin;
using RapidTuner.Serving;

namespace RapidTuner.Bench.Service;

/// <summary>
/// Tokens per second and their delay through the API on loopback against the engine alone: the same number of clients, each of which asks anew as soon as its reply
/// is whole. Engine, service and clients are one process, so that one clock times both ends; the clients' work is part of what is measured.
/// </summary>
/// <param name="tokens">Tokens of a reply.</param>
/// <param name="rounds">Replies of each client; the first is a warm-up.</param>
/// <param name="clock">Times.</param>
/// <param name="output">Takes the table.</param>
internal sealed class StreamBench(int tokens, int rounds, TimeProvider clock, TextWriter output)
{
    private const int PromptTokens = 64;

    /// <summary>Runs every pair with every number of clients.</summary>
    public async Task RunAsync(IReadOnlyList<string> pairs, IReadOnlyList<int> clients)
    {
        output.WriteLine($"\n| twin | clients | engine alone tok/s | API tok/s | share | delay p50, p99 alone ms | delay p50, p99 API ms | added p99 ms | processor µs/token alone, API |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var pair in pairs)
        {
            var (device, model) = (pair.Split('+')[0], pair.Split('+')[^1]);
            foreach (var count in clients)
            {
                var alone = await AloneAsync(Options(device, model), count);
                var api = await ApiAsync(Options(device, model), count);
                output.WriteLine(
                    $"| {pair} | {count} | {alone.TokensPerS:N0} | {api.TokensPerS:N0} | {api.TokensPerS / alone.TokensPerS:P1} | {Ms(alone)} | {Ms(api)} "
                    + $"| {1e3 * (api.At(0.99) - alone.At(0.99)):F2} | {1e6 * alone.ProcessorS / alone.Tokens:F1}, {1e6 * api.ProcessorS / api.Tokens:F1} |");
            }
        }
    }

    private static string Ms(Delays seen) => $"{1e3 * seen.At(0.5):F2}, {1e3 * seen.At(0.99):F2}";

    private static ServeOptions Options(string device, string model) => new() { Load = "none", Device = device, Model = model, Urls = "http://127.0.0.1:0", DrainS = 5, ConnectionsMax = 4096 };

    private async Task<Delays> AloneAsync(ServeOptions options, int clients)
    {
        var setup = ServeSetup.Of(options, SpecCatalogue.Open(), new Problems(), clock);
        var live = setup.Open(new LiveFigures(setup.Description.Slo.ItlS, setup.DecideS), clock);
        await using var engine = live.Engine;
        engine.Start();
        var twin = (PacedTwin)live.Engine;
        return await MeasureAsync(clients, async (client, round, seen) =>
        {
            var request = new TextRequest(new int[PromptTokens], tokens, new Sampling(1, 1, Seed(client, round)));
            await foreach (var token in live.Text.GenerateAsync(request, CancellationToken.None))
            {
                seen.Add(twin.NowS - token.AtS);
            }
        });
    }

    private async Task<Delays> ApiAsync(ServeOptions options, int clients)
    {
        var folder = Directory.CreateTempSubdirectory("rapidtuner-bench-").FullName;
        options = options with { Data = folder };
        var plain = ServeSetup.Of(options, SpecCatalogue.Open(), new Problems(), clock);
        (PacedTwin Twin, StampedText Text)? opened = null;
        var setup = new ServeSetup(
            plain.Description,
            plain.Load,
            plain.RateEstimated,
            (observer, time) =>
            {
                var live = plain.Open(observer, time);
                opened = ((PacedTwin)live.Engine, new StampedText(live.Text));
                return new LiveEngine(live.Engine, opened.Value.Text);
            },
            plain.Scene) { DecideS = plain.DecideS };
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var access = new ServeAccess([options.Urls], null);
        var running = new ServeHost(options, setup, access, new Terminal(TextWriter.Null, TextWriter.Null, clock)) { Listening = all => address.SetResult(all.First()) }.RunAsync(stop.Token);
        var at = new Uri(await address.Task);
        var (twin, text) = opened!.Value;
        var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => StreamClient.ConnectAsync(at)));
        try
        {
            return await MeasureAsync(clients, async (client, round, seen) =>
            {
                var seed = Seed(client, round);
                await connections[client].AskAsync(seed, PromptTokens, tokens, index => seen.Add(twin.NowS - Volatile.Read(ref text.AtS[seed][index - 1])));
            });
        }
        finally
        {
            Array.ForEach(connections, c => c.Dispose());
            await stop.CancelAsync();
            await running;
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<Delays> MeasureAsync(int clients, Func<int, int, List<double>, Task> ask)
    {
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => ask(client, 0, new List<double>(tokens))));
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var processorS = process.TotalProcessorTime.TotalSeconds;
        var from = clock.GetTimestamp();
        var seen = await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            var delays = new List<double>(tokens * rounds);
            for (var round = 1; round < rounds; round++)
            {
                await ask(client, round, delays);
            }

            return delays;
        }));
        var wallS = clock.GetElapsedTime(from).TotalSeconds;
        process.Refresh();
        double[] all = [.. seen.SelectMany(d => d).Order()];
        return new Delays(all.Length, wallS, process.TotalProcessorTime.TotalSeconds - processorS, all);
    }

    private static ulong Seed(int client, int round) => ((ulong)client << 16) | (uint)round;
}
