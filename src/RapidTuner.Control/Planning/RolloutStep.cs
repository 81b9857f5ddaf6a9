using RapidTuner.Core;

namespace RapidTuner.Control.Planning;

/// <summary>A step that runs in a rollout.</summary>
internal struct RolloutStep
{
    public bool Running;
    public StepWork Work;

    /// <summary>The decode part of a hybrid step; empty otherwise.</summary>
    public StepWork Fused;
    public int Units;

    /// <summary>This step's own factor on what is predicted.</summary>
    public double Factor;

    /// <summary>Share of it that is still to do at <see cref="UpdatedS"/>.</summary>
    public double Left;

    public double UpdatedS;
    public double LengthS;

    /// <summary>When it ends if nothing changes, seconds; +∞ when none runs.</summary>
    public double EndS;

    public static RolloutStep Idle => new() { EndS = double.PositiveInfinity };

    /// <summary>Books the progress up to <paramref name="nowS"/>.</summary>
    public void Advance(double nowS)
    {
        if (Running)
        {
            Left = Math.Max(0, (EndS - nowS) / LengthS);
            UpdatedS = nowS;
        }
    }

    /// <summary>The whole step takes <paramref name="seconds"/>, times its own factor, under what holds from now on.</summary>
    /// <exception cref="InvalidOperationException">It is no number: a step without an end would never let a rollout end.</exception>
    public void SetLength(double seconds)
    {
        if (double.IsNaN(seconds))
        {
            throw new InvalidOperationException("a step's predicted latency is no number");
        }

        LengthS = Math.Max(1e-9, seconds * Factor);
        EndS = UpdatedS + (Left * LengthS);
    }
}
