namespace RapidTuner.Evaluation.Search;

/// <summary>The grid of offered rates on which max_goodput is searched: 1.02^k requests/s, k an integer (COMPARISON §1).</summary>
internal static class RateGrid
{
    /// <summary>Ratio of neighbouring rates.</summary>
    public const double Ratio = 1.02;

    /// <summary>The lowest point, about 0.01 requests/s: a policy that fails there has a max_goodput of 0.</summary>
    public const int LowestK = -232;

    /// <summary>The highest point, about 9,000 requests/s: ten minutes of it are 5 million requests, so that a search over a trivial load ends.</summary>
    public const int HighestK = 460;

    /// <summary>Steps that double the rate: 1.02^35 is 2.0.</summary>
    public const int DoublingK = 35;

    /// <summary>First step of a search whose answer is known to be near.</summary>
    public const int NearK = 4;

    /// <summary>Requests/s of a point.</summary>
    public static double RateOf(int k) => Math.Pow(Ratio, k);
}
