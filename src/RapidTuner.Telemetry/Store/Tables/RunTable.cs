using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class RunTable() : Table<RunRecord>("runs", "origin_us",
[
    new("seq", ColumnKind.Whole, "", "Number of the run; column run of the other tables"),
    new("origin_us", ColumnKind.Whole, "us", "Engine time 0 in Unix time; 0 for virtual time"),
    new("engine", ColumnKind.Text, "", "twin, cpu, gpu, …"),
    new("device", ColumnKind.Text, "", "Device name of the catalogue"),
    new("model", ColumnKind.Text, "", "Model name of the catalogue"),
    new("policy", ColumnKind.Text, "", "Policy name"),
    new("workload", ColumnKind.Text, "", "What was replayed; empty when serving"),
    new("seed", ColumnKind.Whole, "", "Seed of the run"),
    new("step_sampling", ColumnKind.Whole, "1", "N: every N-th step is kept, and every N-th group of gaps"),
    new("version", ColumnKind.Text, "", "Version of the program that wrote it"),
    new("tensor_parallel", ColumnKind.Whole, "1", "Devices that hold one copy of the model; missing where it was not recorded", Nullable: true),
    new("stack", ColumnKind.Text, "", "Host and launch cost of a twin; empty where it was not recorded or is the engine's own"),
    new("slo_tier", ColumnKind.Text, "", "SLO tier: paper, middle or tight; empty where it was not recorded"),
])
{
    public override void Write(in RunRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Whole(record.OriginUs);
        sink.Text(record.Engine);
        sink.Text(record.Device);
        sink.Text(record.Model);
        sink.Text(record.Policy);
        sink.Text(record.Workload);
        sink.Whole(record.Seed);
        sink.Whole(record.StepSampling);
        sink.Text(record.Version);
        if (record.TensorParallel is { } tensorParallel)
        {
            sink.Whole(tensorParallel);
        }
        else
        {
            sink.Null();
        }

        sink.Text(record.Stack);
        sink.Text(record.SloTier);
    }

    public override RunRecord Read(IRowSource row) => new()
    {
        Seq = row.GetWhole(0),
        OriginUs = row.GetWhole(1),
        Engine = row.GetText(2),
        Device = row.GetText(3),
        Model = row.GetText(4),
        Policy = row.GetText(5),
        Workload = row.GetText(6),
        Seed = row.GetWhole(7),
        StepSampling = (int)row.GetWhole(8),
        Version = row.GetText(9),
        TensorParallel = row.IsNull(10) ? null : (int)row.GetWhole(10),
        Stack = row.GetText(11),
        SloTier = row.GetText(12),
    };

    public override long RunOf(in RunRecord record) => 0;
}
