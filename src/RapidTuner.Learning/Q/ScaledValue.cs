using RapidTuner.Core.Control;

namespace RapidTuner.Learning.Q;

/// <summary>A scale-free value function on one device with one model under one limit: its value, in requests.</summary>
public sealed class ScaledValue : ITerminalValue
{
    private readonly QModel _model;
    private readonly IStepLatency _latency;
    private readonly int _units;
    private readonly double _itlLimitS;

    /// <summary>Puts <paramref name="model"/> to use.</summary>
    /// <param name="model">A value function of <see cref="PlanFeatures"/>.</param>
    /// <param name="latency">What steps take here.</param>
    /// <param name="units">The device's units.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds, over 0.</param>
    /// <exception cref="ArgumentException">The model has other fields.</exception>
    public ScaledValue(QModel model, IStepLatency latency, int units, double itlLimitS)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Fields.SequenceEqual(PlanFeatures.Names))
        {
            throw new ArgumentException("the value function has other fields than a plan's features", nameof(model));
        }

        (_model, _latency, _units, _itlLimitS) = (model, latency, units, itlLimitS);
    }

    /// <inheritdoc/>
    public double Value(in PlanState state)
    {
        Span<double> features = stackalloc double[PlanFeatures.Count];
        PlanFeatures.Fill(features, in state, _latency, _units, _itlLimitS);
        return double.IsFinite(state.RequestsPerS) ? Math.Max(0, state.RequestsPerS) * _model.Value(features) : 0;
    }
}
