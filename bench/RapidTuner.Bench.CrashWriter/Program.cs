using RapidTuner.Telemetry.Conformance;
#if FULL_EDITION
using RapidTuner.Telemetry.LiteDb;
#endif
using RapidTuner.Telemetry.Postgres;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

// Writes to a store until it is killed, and says on stdout what is acknowledged as soon as it is.
//   sqlite DIRECTORY | litedb DIRECTORY (full edition) | postgres CONNECTION-STRING SCHEMA
#pragma warning disable RS0030 // The clock enters here.
var clock = TimeProvider.System;
#pragma warning restore RS0030
using ITelemetryStore store = args[0] switch
{
    "sqlite" => SqliteStore.Open(args[1], new SqliteStoreOptions(), clock),
#if FULL_EDITION
    "litedb" => LiteDbStore.Open(args[1], new LiteDbStoreOptions(), clock),
#endif
    _ => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = args[1], Schema = args[2] }),
};
await using var recorder = new TelemetryRecorder(store, SampleMaker.Run(), new TelemetryOptions { TickS = 0.005 }, clock);
recorder.Start();
var maker = new SampleMaker(1);
var told = store.Acknowledged["steps"];
var started = clock.GetTimestamp();
var spin = default(SpinWait);
while (clock.GetElapsedTime(started).TotalSeconds < 60)
{
    for (var i = 0; i < 20; i++)
    {
        var step = maker.Step();
        recorder.OnStep(in step);
        recorder.OnGaps(step.EndS, 0.02, 40);
    }

    var request = maker.Request();
    recorder.OnRequest(in request);
    var acknowledged = store.Acknowledged;
    if (acknowledged["steps"] > told)
    {
        told = acknowledged["steps"];
        Console.WriteLine($"{told} {acknowledged["gaps"]} {acknowledged["requests"]}");
        await Console.Out.FlushAsync();
    }

    spin.SpinOnce();
}
