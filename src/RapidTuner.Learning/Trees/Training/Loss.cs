using System.Globalization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>A loss and, for <see cref="LossKind.Quantile"/>, its level.</summary>
/// <param name="Kind">What is made small.</param>
/// <param name="Level">The quantile's level, 0 to 1 exclusive; 0.5 for the others.</param>
public readonly record struct Loss(LossKind Kind, double Level)
{
    /// <summary>Squared error of logarithms.</summary>
    public static Loss LogSquared => new(LossKind.LogSquared, 0.5);

    /// <summary>Squared error.</summary>
    public static Loss Squared => new(LossKind.Squared, 0.5);

    /// <summary>Pinball loss at <paramref name="level"/>, 0 to 1 exclusive.</summary>
    public static Loss Quantile(double level) => new(LossKind.Quantile, level);

    /// <summary>The loss called <c>log-squared</c>, <c>squared</c> or <c>quantile:Q</c>.</summary>
    /// <exception cref="BadInputException">There is none of that name.</exception>
    public static Loss Parse(string text)
    {
        const string Prefix = "quantile:";
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && double.TryParse(text.AsSpan(Prefix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var level)
            && level is > 0 and < 1)
        {
            return Quantile(level);
        }

        return text.ToLowerInvariant() switch
        {
            "log-squared" => LogSquared,
            "squared" => Squared,
            _ => throw new BadInputException("--loss", $"\"{text}\" is unknown", "give log-squared, squared or quantile:Q with Q between 0 and 1, such as quantile:0.95"),
        };
    }

    /// <summary>The loss of one prediction, from target minus prediction (logarithms for <see cref="LossKind.LogSquared"/>).</summary>
    public double Of(double residual) =>
        Kind != LossKind.Quantile ? residual * residual
        : residual > 0 ? Level * residual : (Level - 1) * residual;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        LossKind.LogSquared => "log-squared",
        LossKind.Squared => "squared",
        _ => string.Create(CultureInfo.InvariantCulture, $"quantile:{Level}"),
    };
}
