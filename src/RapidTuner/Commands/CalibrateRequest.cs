using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>calibrate</c>.</summary>
/// <param name="Table">The table, read.</param>
/// <param name="Match">Its rows with their devices, models and stacks.</param>
/// <param name="Device">The device to fit or to score; null: each row's own.</param>
/// <param name="OutPath">Where the fitted device goes; null: score only.</param>
/// <param name="Json">True: one JSON document.</param>
internal sealed record CalibrateRequest(MeasuredTable Table, TableMatch Match, DeviceSpec? Device, string? OutPath, bool Json);
