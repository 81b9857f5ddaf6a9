using System.Globalization;
using System.Text.RegularExpressions;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Learning.Physics;

/// <summary>The dimensions of a model that times depend on.</summary>
/// <param name="Layers">Layers.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key-value heads.</param>
/// <param name="HeadDim">Width of a head.</param>
/// <param name="FeedForward">Inner width of the feed-forward part that a token meets.</param>
/// <param name="Matrices">Matrices of a feed-forward part.</param>
/// <param name="Vocabulary">Rows of the embedding table.</param>
/// <param name="Parameters">All parameters.</param>
/// <param name="ActiveParameters">Parameters that a token touches.</param>
internal sealed partial record ModelShape(
    double Layers, double Hidden, double Heads, double KvHeads, double HeadDim, double FeedForward, double Matrices, double Vocabulary, double Parameters, double ActiveParameters)
{
    /// <summary>Bytes of a token's KV cache over all layers, 16-bit.</summary>
    public double KvBytesPerToken => 4 * Layers * KvHeads * HeadDim;

    /// <summary>Operations of attention per query-key pair over all layers.</summary>
    public double FlopPerPair => 4 * Layers * Heads * HeadDim;

    /// <summary>The shape of a catalogue's model.</summary>
    public static ModelShape Of(ModelSpec spec) => new(
        spec.Layers, spec.Hidden, spec.Heads, spec.KvHeads, spec.HeadDim,
        spec.FeedForward > 0 ? spec.FeedForward : (spec.ExpertsPerToken * spec.ExpertFeedForward) + spec.SharedExpertFeedForward,
        spec.FeedForwardMatrices, spec.Vocabulary, spec.Parameters, spec.ActiveParameters);

    /// <summary>A shape from dimensions.</summary>
    public static ModelShape Of(double layers, double hidden, double heads, double kvHeads, double headDim, double feedForward, double matrices, double vocabulary)
    {
        var parameters = (layers * ((2 * hidden * heads * headDim) + (2 * hidden * kvHeads * headDim) + (matrices * hidden * feedForward))) + (2 * vocabulary * hidden);
        return new ModelShape(layers, hidden, heads, kvHeads, headDim, feedForward, matrices, vocabulary, parameters, parameters);
    }

    /// <summary>
    /// The model called <paramref name="name"/>: from the catalogue, under its name without the prefixes and suffixes of model
    /// hubs; else of the size that the name states (such as 7b) in usual proportions; null when it states none.
    /// </summary>
    public static ModelShape? Find(string name, SpecCatalogue catalogue)
    {
        var plain = name[(name.LastIndexOf('/') + 1)..];
        foreach (var candidate in new[] { name, plain, Decoration().Replace(plain, "") })
        {
            if (catalogue.FindModel(candidate) is { } spec)
            {
                return Of(spec);
            }
        }

        var size = Size().Match(name);
        if (!size.Success)
        {
            return null;
        }

        var experts = size.Groups["n"].Success ? double.Parse(size.Groups["n"].Value, CultureInfo.InvariantCulture) : 1;
        var parameters = 1e9 * double.Parse(size.Groups["b"].Value, CultureInfo.InvariantCulture);
        return OfSize(parameters * experts, experts > 1 ? 2 * parameters : parameters);
    }

    /// <summary>Usual proportions: hidden about 128 times the layers, heads of 128, a gated feed-forward part of 2.7 times the width.</summary>
    private static ModelShape OfSize(double parameters, double active)
    {
        var layers = Math.Round(Math.Pow(active / (12 * 128 * 128), 1.0 / 3));
        var hidden = Math.Round(Math.Sqrt(active / (12 * layers)) / 128) * 128;
        return new ModelShape(layers, hidden, hidden / 128, hidden / 128, 128, 2.7 * hidden, 3, 32000, parameters, active);
    }

    [GeneratedRegex(@"(?:(?<n>\d+)x)?(?<b>\d+(?:\.\d+)?)b(?![a-z])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Size();

    [GeneratedRegex(@"^Meta-|-hf$|-Instruct$|-chat$|-v\d+(\.\d+)?$|-FP8$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Decoration();
}
