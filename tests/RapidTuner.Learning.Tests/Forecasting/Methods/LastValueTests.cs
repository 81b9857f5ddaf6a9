using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Tests.Forecasting.Methods;

public sealed class LastValueTests : ForecasterConformance
{
    protected override IForecaster Create() => new LastValue();
}
