using System.Text.Json;
using RapidTuner.Control.Trust;
using RapidTuner.Serving.Trials;

namespace RapidTuner.Http.Tuner;

/// <summary>What the API says of a trial.</summary>
internal static class TrialPage
{
    private const int BlocksMax = 200;

    public static object Of(ServiceTrial trial)
    {
        var now = trial.Policy.State;
        return new
        {
            Stage = Name(now.Stage),
            Champion = now.ChampionId,
            Challenger = now.Stage == TrustStage.Idle ? null : now.Challenge?.ChallengerId,
            Wanted = trial.Wanted?.ToString(),
            Deciding = Name(now.Deciding),
            Latest = now.Challenge is not { } challenge ? null : new
            {
                Challenger = challenge.ChallengerId,
                Verdict = Name(now.Verdict),
                AtS = now.AtS,
                challenge.WhatIfRatio,
                challenge.OffPolicyHighRps,
                challenge.ChampionRps,
                GainLow = double.IsFinite(now.LowerBound) ? now.LowerBound : (double?)null,
            },
            Blocks = now.Blocks.TakeLast(BlocksMax).Select(b => new { Arm = Name(b.Arm), b.Settled, b.Attained }),
        };
    }

    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
