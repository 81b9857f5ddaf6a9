using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>Moves every constant of a specification by a seeded factor, each by its own stream, within its bounds.</summary>
public static class Perturbation
{
    /// <summary><paramref name="spec"/> with each constant times a factor drawn uniformly from [1 − X, 1 + X], X = <see cref="CostOptions.Perturb"/>.</summary>
    public static T Of<T>(T spec, CostOptions options)
        where T : class =>
        options.Perturb == 0
            ? spec
            : SpecConstants.Map(spec, (key, constant) => constant with { Value = constant.Value * Factor(key, options) });

    private static double Factor(string key, CostOptions options) =>
        1 + (options.Perturb * ((2 * new Rng(options.PerturbSeed, "perturb:" + key).NextDouble()) - 1));
}
