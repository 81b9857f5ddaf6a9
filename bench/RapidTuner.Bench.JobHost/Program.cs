using RapidTuner.Bench.JobHost;
using RapidTuner.Jobs;
using RapidTuner.Jobs.Scheduling;
using RapidTuner.Telemetry.Postgres;

// One instance of a cluster that shares a schedule, to be killed. Says on stdout what its one job does.
//   CONNECTION-STRING TELEMETRY-SCHEMA JOBS-SCHEMA [fire]
// A line on stdin lets the job end; the end of stdin ends the instance.
#pragma warning disable RS0030 // The clock enters here.
var clock = TimeProvider.System;
#pragma warning restore RS0030
using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = args[0], Schema = args[1] });
using var work = new ProbeWork(Console.Out);
var cluster = new JobCluster { ConnectionString = args[0], Schema = args[2], CheckInS = 0.5 };
await using var service = await JobService.OpenAsync([new Job(work, new JobPlan())], new JobHistory(store, clock), cluster, clock);
await service.StartAsync();
await Console.Out.WriteLineAsync("ready");
if (args.Length > 3)
{
    await service.RunNowAsync(work.Name, "manual");
}

while (await Console.In.ReadLineAsync() is not null)
{
    work.LetEnd();
}
