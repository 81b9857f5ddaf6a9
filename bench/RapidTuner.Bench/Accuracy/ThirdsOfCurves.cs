using System.Globalization;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Every third curve of a part (phase, kernel) of a device and stack, in the order of the file.</summary>
internal sealed class ThirdsOfCurves
{
    private readonly Dictionary<(string, string, string, string), string> _third = [];
    private readonly Dictionary<(string, string, string), int> _curves = [];

    public ThirdsOfCurves(IEnumerable<KnownRow> rows)
    {
        foreach (var row in rows)
        {
            var part = (row.Device.Name, row.Stack.Name, row.Row.Part);
            if (_third.TryAdd((row.Device.Name, row.Stack.Name, row.Row.Part, row.Row.Curve), ""))
            {
                var at = _curves.GetValueOrDefault(part);
                _curves[part] = at + 1;
                _third[(row.Device.Name, row.Stack.Name, row.Row.Part, row.Row.Curve)] = (at % 3).ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>Which third a row is in: 0, 1 or 2.</summary>
    public string Of(KnownRow row) => _third[(row.Device.Name, row.Stack.Name, row.Row.Part, row.Row.Curve)];
}
