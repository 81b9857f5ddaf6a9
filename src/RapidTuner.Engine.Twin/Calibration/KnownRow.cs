using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>A row whose device, model and stack are known.</summary>
/// <param name="Row">The row.</param>
/// <param name="Device">Its device.</param>
/// <param name="Stack">Its stack.</param>
/// <param name="Model">Its model; null where the row needs none.</param>
public sealed record KnownRow(MeasuredRow Row, DeviceSpec Device, StackSpec Stack, ModelSpec? Model);
