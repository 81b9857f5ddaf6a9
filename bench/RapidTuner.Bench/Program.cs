using RapidTuner.Bench;
using RapidTuner.Bench.Accuracy;
using RapidTuner.Bench.Decide;
using RapidTuner.Bench.Engine;
using RapidTuner.Bench.Forecasting;
using RapidTuner.Bench.Headroom;
using RapidTuner.Bench.Learning;
using RapidTuner.Bench.OffPolicy;
using RapidTuner.Bench.Papers;
using RapidTuner.Bench.Plans;
using RapidTuner.Bench.Policies;
using RapidTuner.Bench.Rates;
using RapidTuner.Bench.Recovery;
using RapidTuner.Bench.SlowApply;
using RapidTuner.Bench.Trainers;
using RapidTuner.Core.Errors;

IBench[] benches = [new DecideBench(), new PlansBench(), new EngineBench(), new PapersBench(), new HeadroomBench(), new RatesBench(), new AccuracyBench(), new LatencyBench(), new FittedQBench(), new ChampionsBench(), new ChampionErrorsBench(), new ValuesBench(), new SaturationBench(), new LatencyUseBench(), new PoliciesBench(), new SlowApplyBench(), new RecoveryBench(), new OffPolicyBench(), new ForecastBench(), new TrainerBench()];
var chosen = benches.FirstOrDefault(b => args.Length > 0 && b.Name == args[0]);
if (chosen is null)
{
    Console.Error.WriteLine("usage: RapidTuner.Bench NAME [--option value …]");
    foreach (var bench in benches)
    {
        Console.Error.WriteLine($"  {bench.Name}: {bench.About}");
    }

    return 2;
}

try
{
    chosen.Run(new BenchOptions(args.AsSpan(1)), Console.Out);
    return 0;
}
catch (BadInputException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
