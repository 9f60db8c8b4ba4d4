/** Where the service's own texts say that a request arrived: service, month of its release, front end (graph-api spec 5.2). */
export const SERVICE_PATH = '/DeviceConfiguration_2611/StatelessDeviceConfigurationFEService';
