using RapidTuner.Core;
using RapidTuner.Engine.Gpu.Blas;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>
/// What a profile says beside its table: what a switch of partitions and a launch cost, what partitions and graphs take of memory, and how near the work it
/// measures with comes to what the device can do.
/// </summary>
internal sealed class GpuFacts(GpuDevice device, GpuModule kernels, GpuBlas blas, DeviceModel model, StepRecorder decode, TimeProvider clock)
{
    private const int Switches = 200;
    private const int Launches = 20;

    /// <summary>Measures; each fact by its name with unit.</summary>
    /// <param name="record">Records a step on a lane.</param>
    /// <param name="allowedUnits">Unit counts of the device, rising.</param>
    /// <param name="cancel">Leaves the rest out.</param>
    public IReadOnlyDictionary<string, double> Measure(Func<GpuLane, ProfileStep, RecordedStep> record, IReadOnlyList<int> allowedUnits, CancellationToken cancel)
    {
        var facts = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var fact in new Action<IDictionary<string, double>>[] { f => Partitions(f, allowedUnits), Peaks, Attention, f => Graphs(f, record) })
        {
            if (cancel.IsCancellationRequested)
            {
                break;
            }

            fact(facts);
        }

        return facts;
    }

    private void Partitions(IDictionary<string, double> facts, IReadOnlyList<int> allowedUnits)
    {
        if (allowedUnits.Count < 3)
        {
            return;
        }

        var half = allowedUnits.Last(u => 2 * u <= device.Info.Units);
        var before = device.Memory.Free;
        using var first = device.CreatePartition(new UnitRange(half, FromEnd: false));
        using var second = device.CreatePartition(new UnitRange(half, FromEnd: true));
        using var a = first.CreateStream();
        using var b = second.CreateStream();
        Stream(a, 1);
        Stream(b, 1);
        a.Synchronise();
        b.Synchronise();
        facts["partition_bytes"] = Math.Max(0, before - device.Memory.Free) / 2.0;
        facts["switch_s"] = Math.Max(0, Chain(a, b) - Chain(a, a));
    }

    // A chain of tiny kernels, each waiting for the one before; what it costs more across two partitions than within one is the switch.
    private double Chain(GpuLane a, GpuLane b)
    {
        using var begin = device.CreateEvent();
        using var end = device.CreateEvent();
        using var link = device.CreateEvent();
        begin.Record(a);
        for (var i = 0; i < Switches; i++)
        {
            var (from, to) = i % 2 == 0 ? (a, b) : (b, a);
            Stream(from, 1);
            link.Record(from);
            to.Wait(link);
        }

        end.Record(a);
        end.Synchronise();
        b.Synchronise();
        return end.SecondsSince(begin) / Switches;
    }

    private void Peaks(IDictionary<string, double> facts)
    {
        using var lane = device.CreateStream();
        using var workspace = device.Allocate(GpuBlas.WorkspaceBytes);
        var shapes = model.Shapes;
        var big = shapes.GateUp(Math.Min(4096, (int)(model.Keys.Bytes / 2 / Math.Max(2 * shapes.Model.FeedForward, shapes.Model.Hidden))));
        if (big.Rows > 0)
        {
            var plan = blas.Plan(big, lane.Units);
            facts["gemm_flop_per_s"] = big.Flops / Time(lane, () => plan.Run(lane, model.Values.Address, model.Layer(0).GateUp, model.Keys.Address, workspace));
        }

        var pieces = model.Keys.Bytes / 16;
        facts["memory_read_bytes_per_s"] = pieces * 16.0 / Time(lane, () => Stream(lane, pieces));
    }

    private void Graphs(IDictionary<string, double> facts, Func<GpuLane, ProfileStep, RecordedStep> record)
    {
        using var lane = device.CreateStream();
        var step = new ProfileStep(Phase.Decode, 8, 512, lane.Units);
        var before = device.Memory.Free;
        using var recorded = record(lane, step);
        facts["graph_bytes"] = Math.Max(0, before - device.Memory.Free);
        var start = clock.GetTimestamp();
        for (var i = 0; i < Launches; i++)
        {
            recorded.Launch();
        }

        facts["launch_graph_host_s"] = clock.GetElapsedTime(start).TotalSeconds / Launches;
        facts["decode_8x512_graph_s"] = Time(lane, recorded.Launch);
        start = clock.GetTimestamp();
        for (var i = 0; i < Launches; i++)
        {
            recorded.LaunchPlain();
        }

        facts["launch_plain_host_s"] = clock.GetElapsedTime(start).TotalSeconds / Launches;
        facts["decode_8x512_plain_s"] = Time(lane, recorded.LaunchPlain);
    }

    private void Attention(IDictionary<string, double> facts)
    {
        const int Sequences = 32, Context = 2048;
        if ((long)Sequences * Context / Core.Catalogue.ModelSpec.BlockTokens > model.PoolBlocks)
        {
            return;
        }

        using var lane = device.CreateStream();
        using var batch = new DecodeBatch(model, Sequences, Context);
        var layer = 0;
        facts["decode_attention_32x2048_bytes_per_s"] =
            4.0 * Sequences * Context * model.Shapes.KvElements / Time(lane, () => decode.Attend(lane, batch, layer++));
        lane.Synchronise();
    }

    private double Time(GpuLane lane, Action work)
    {
        work();
        using var begin = device.CreateEvent();
        using var end = device.CreateEvent();
        begin.Record(lane);
        for (var i = 0; i < Launches; i++)
        {
            work();
        }

        end.Record(lane);
        end.Synchronise();
        return Math.Max(1e-9, end.SecondsSince(begin) / Launches);
    }

    private void Stream(GpuLane lane, long pieces) =>
        kernels.Launch(
            kernels.Function("memory_stream"),
            new Grid((int)Math.Clamp(pieces / 256, 1, 4096)),
            256,
            lane,
            [(ulong)model.Values.Address, (ulong)model.Keys.Address, (ulong)pieces]);
}
